package io.cairn.benchmarks;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A write's way through the replica, from the proposal to the answer: groups of 256, each appended,
 * made durable and applied before the next. It is compared with the making of the record alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ReplicaBenchmark {
  private static final int OPERATIONS = 256;

  private final Dataset dataset = new Dataset();
  private final List<byte[]> operations = new ArrayList<>();
  private final ProcessId self = new ProcessId(1, new UUID(0, 1), 1);
  private final Replica replica = new Replica(self, 0, ReplicaOptions.defaults(), Start.empty());
  private long sequence;
  private int next;

  public ReplicaBenchmark() {
    for (int i = 0; i < Dataset.KEYS; i++) {
      ByteSource key = ByteSource.of(dataset.nextKey());
      operations.add(Operation.put(key, ByteSource.of(dataset.value()), 7, i));
    }
    replica.step(new Input.MetadataChanged(alone(), 0), effect -> {});
    replica.step(new Input.LogDurable(0, 1, 0), effect -> {});
    replica.step(new Input.Applied(1), effect -> {});
  }

  /** A cluster of this process, which leads its only shard. */
  private ClusterMetadata alone() {
    NodeMetadata node = new NodeMetadata(1, self.storeId(), self.incarnation(), List.of(), true, 1);
    ShardMetadata shard =
        new ShardMetadata(0, List.of(1), null, 1, 1, List.of(self.member()), 0, 1);
    return new ClusterMetadata(
        1,
        0,
        new TreeMap<>(Map.of(1, node)),
        new TreeMap<>(Map.of(0, shard)),
        new TreeSet<>(),
        ReadLease.NONE);
  }

  /** What nothing can go below: the record. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public LogRecord rawRecord256() {
    return LogRecord.of(LogRecord.Type.DATA, 1, 1000, 17, 0, nextOperations());
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void strong256(Blackhole blackhole) {
    Planted.maybeSlowDown(OPERATIONS);
    write(Operation.NO_CLIENT, Consistency.STRONG, blackhole);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void identified256(Blackhole blackhole) {
    Planted.maybeSlowDown(OPERATIONS);
    write(7, Consistency.STRONG, blackhole);
  }

  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void eventual256(Blackhole blackhole) {
    Planted.maybeSlowDown(OPERATIONS);
    write(Operation.NO_CLIENT, Consistency.EVENTUAL, blackhole);
  }

  private List<byte[]> nextOperations() {
    next = next + OPERATIONS > operations.size() - OPERATIONS ? 0 : next + OPERATIONS;
    return operations.subList(next, next + OPERATIONS);
  }

  private void write(long clientId, Consistency consistency, Blackhole blackhole) {
    List<Proposal> proposals = new ArrayList<>(OPERATIONS);
    for (byte[] operation : nextOperations()) {
      long seen = replica.status().highWatermark();
      proposals.add(new Proposal(operation, consistency, clientId, ++sequence, seen, true, this));
    }
    replica.step(new Input.Propose(proposals, 0), effect -> consume(effect, blackhole));
    long end = replica.status().logEndOffset();
    replica.step(new Input.LogDurable(0, end, 0), effect -> consume(effect, blackhole));
    replica.step(new Input.Applied(end), effect -> consume(effect, blackhole));
  }

  private static void consume(Effect effect, Blackhole blackhole) {
    blackhole.consume(effect);
  }
}
