package io.cairn.node.metrics;

import io.cairn.replication.core.Effect;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The stages of one shard. Everything is recorded once for a group, so that its cost does not grow
 * with the number of operations.
 */
public final class ShardMetrics {
  private static final Duration[] LATENCIES = {
    Duration.ofNanos(10_000),
    Duration.ofNanos(25_000),
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2)
  };

  private final Timer queue;
  private final Timer append;
  private final Timer sync;
  private final Timer apply;
  private final Timer reply;
  private final DistributionSummary groupOperations;
  private final DistributionSummary groupBytes;
  private final DistributionSummary groupRecords;
  private final Counter cutOff;
  private final Counter offersPlaced;
  private final Counter offersSuperseded;
  private final Counter offersOutOfReach;
  private final Counter elections;
  private final Counter isrProposals;
  private final Counter snapshotsSent;
  private final Counter snapshotsReceived;

  ShardMetrics(MeterRegistry registry, int shard) {
    String number = Integer.toString(shard);
    queue = stage(registry, number, "queue");
    append = stage(registry, number, "append");
    sync = stage(registry, number, "fsync");
    apply = stage(registry, number, "apply");
    reply = stage(registry, number, "reply");
    cutOff =
        counter(
            registry,
            "cairn.cut.off.operations",
            "Operations of the log that another leader did not have and that were cut off",
            number);
    offersPlaced = offered(registry, number, "placed");
    offersSuperseded = offered(registry, number, "superseded");
    offersOutOfReach = offered(registry, number, "out-of-reach");
    elections = counter(registry, "cairn.elections", "Times that this node began to lead", number);
    isrProposals =
        counter(
            registry,
            "cairn.insync.proposals",
            "Times that this node, as leader, proposed other in-sync replicas",
            number);
    snapshotsSent =
        counter(
            registry, "cairn.snapshots.sent", "Copies of the store sent to other nodes", number);
    snapshotsReceived =
        counter(
            registry,
            "cairn.snapshots.received",
            "Times that the store was replaced by a copy of another node's",
            number);
    groupOperations =
        DistributionSummary.builder("cairn.group.operations")
            .description("Operations made durable by one sync")
            .tag("shard", number)
            .serviceLevelObjectives(1, 4, 16, 64, 256, 1024, 4096)
            .register(registry);
    groupBytes =
        DistributionSummary.builder("cairn.group.bytes")
            .description("Bytes made durable by one sync")
            .tag("shard", number)
            .baseUnit("bytes")
            .serviceLevelObjectives(1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22)
            .register(registry);
    groupRecords =
        DistributionSummary.builder("cairn.group.records")
            .description("Log records made durable by one sync")
            .tag("shard", number)
            .serviceLevelObjectives(1, 2, 4, 8)
            .register(registry);
  }

  private static Counter counter(
      MeterRegistry registry, String name, String meaning, String shard) {
    return Counter.builder(name).description(meaning).tag("shard", shard).register(registry);
  }

  private static Counter offered(MeterRegistry registry, String shard, String outcome) {
    return Counter.builder("cairn.cut.off.offered")
        .description(
            "Operations that were cut off and offered to the leader, by what became of them")
        .tag("shard", shard)
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Timer stage(MeterRegistry registry, String shard, String stage) {
    return Timer.builder("cairn.stage")
        .description("Time that a group of operations spends in a stage of the write path")
        .tag("shard", shard)
        .tag("stage", stage)
        .serviceLevelObjectives(LATENCIES)
        .register(registry);
  }

  /** How long the first proposal of a turn waited for the replica thread. */
  public void queued(long nanos) {
    queue.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void appended(long nanos) {
    append.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void synced(long nanos) {
    sync.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void applied(long nanos) {
    apply.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** From the replica's decision to the last answer of the turn given to the network. */
  public void replied(long nanos) {
    reply.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void cutOff(int operations) {
    cutOff.increment(operations);
  }

  /** What became of operations that had been cut off. */
  public void offered(Effect.OfferSettled settled) {
    offersPlaced.increment(settled.placed().size());
    offersSuperseded.increment(settled.superseded().size());
    offersOutOfReach.increment(settled.outOfReach().size());
  }

  public void elected() {
    elections.increment();
  }

  public void isrProposed() {
    isrProposals.increment();
  }

  public void snapshotSent() {
    snapshotsSent.increment();
  }

  public void snapshotReceived() {
    snapshotsReceived.increment();
  }

  /** What one sync made durable. */
  public void group(int records, int operations, long bytes) {
    groupRecords.record(records);
    groupOperations.record(operations);
    groupBytes.record((double) bytes);
  }
}
