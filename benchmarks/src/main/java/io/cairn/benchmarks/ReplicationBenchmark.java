package io.cairn.benchmarks;

import io.cairn.node.cluster.PeerCodec;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReadLease;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * What replication costs by itself: three replicas in one thread, on disks and a network that take
 * no time, and the form in which records travel. One replica alone ({@link ReplicaBenchmark}) is
 * the baseline.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ReplicationBenchmark {
  private static final int OPERATIONS = 256;
  private static final int NODES = 3;

  /** Something that is to happen to a replica. */
  private record Pending(int nodeId, Input input) {}

  private final Dataset dataset = new Dataset();
  private final List<byte[]> operations = new ArrayList<>();
  private final List<ProcessId> processes = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** Of the leader's log, for those who join after it has begun. */
  private final List<LogRecord> firstRecords = new ArrayList<>();

  private final LogRecord record;
  private final io.cairn.peer.v1.PeerMessage encoded;
  private @Nullable Blackhole answers;
  private int stepping;
  private int next;

  public ReplicationBenchmark() {
    for (int i = 0; i < Dataset.KEYS; i++) {
      ByteSource key = ByteSource.of(dataset.nextKey());
      operations.add(Operation.put(key, ByteSource.of(dataset.value()), Operation.NO_CLIENT, 0));
    }
    record = LogRecord.of(LogRecord.Type.DATA, 1, 1, 0, 0, operations.subList(0, OPERATIONS));
    encoded = PeerCodec.encode(0, append());
    for (int nodeId = 1; nodeId <= NODES; nodeId++) {
      ProcessId process = new ProcessId(nodeId, new UUID(0, nodeId), 1);
      processes.add(process);
      replicas.add(new Replica(process, 0, ReplicaOptions.defaults(), Start.empty()));
    }
    Input.MetadataChanged led = new Input.MetadataChanged(ledByTheFirst(), 0);
    for (int nodeId = 1; nodeId <= NODES; nodeId++) {
      pending.add(new Pending(nodeId, led));
    }
    settle();
    // The questions of those who asked before the first one led are asked again.
    for (int i = 0; i < 20; i++) {
      for (int nodeId = 1; nodeId <= NODES; nodeId++) {
        pending.add(new Pending(nodeId, new Input.Tick(0)));
      }
      settle();
    }
    if (replicas.get(0).status().highWatermark() == 0) {
      throw new IllegalStateException("the three replicas do not work together");
    }
  }

  private ClusterMetadata ledByTheFirst() {
    TreeMap<Integer, NodeMetadata> nodes = new TreeMap<>();
    for (ProcessId process : processes) {
      nodes.put(
          process.nodeId(),
          new NodeMetadata(process.nodeId(), process.storeId(), 1, List.of(), true, 1));
    }
    ShardMetadata shard =
        new ShardMetadata(
            0,
            List.of(1, 2, 3),
            null,
            1,
            1,
            processes.stream().map(ProcessId::member).toList(),
            0,
            1);
    return new ClusterMetadata(
        1, 0, nodes, new TreeMap<>(Map.of(0, shard)), new TreeSet<>(), ReadLease.NONE);
  }

  private PeerMessage.Append append() {
    return new PeerMessage.Append(1, List.of(record), 7, 9);
  }

  /** From the proposal to the answer, through the leader and two followers. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void strong256(Blackhole blackhole) {
    Planted.maybeSlowDown(OPERATIONS);
    answers = blackhole;
    next = next + OPERATIONS > operations.size() - OPERATIONS ? 0 : next + OPERATIONS;
    List<Proposal> proposals = new ArrayList<>(OPERATIONS);
    for (byte[] operation : operations.subList(next, next + OPERATIONS)) {
      proposals.add(
          new Proposal(operation, Consistency.STRONG, Operation.NO_CLIENT, 0, 0, true, this));
    }
    pending.add(new Pending(1, new Input.Propose(proposals, 0)));
    settle();
  }

  private void settle() {
    for (Pending first = pending.poll(); first != null; first = pending.poll()) {
      stepping = first.nodeId;
      replicas.get(stepping - 1).step(first.input, this::carryOut);
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.ReadLog read) {
      pending.add(
          new Pending(stepping, new Input.LogRead(read.to(), read.fromOffset(), firstRecords)));
    } else if (effect instanceof Effect.Append append) {
      if (stepping == 1 && answers == null) {
        firstRecords.add(append.record());
      }
      pending.add(new Pending(stepping, new Input.LogDurable(0, append.record().endOffset(), 0)));
    } else if (effect instanceof Effect.Apply apply) {
      pending.add(new Pending(stepping, new Input.Applied(apply.record().endOffset())));
    } else if (effect instanceof Effect.Send send) {
      pending.add(
          new Pending(
              send.to().nodeId(), new Input.Received(processes.get(stepping - 1), send.message())));
    } else if (answers != null) {
      answers.consume(effect);
    }
  }

  /** As it goes to the network, but for the copy into the network's own buffer. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public int encode256() {
    Planted.maybeSlowDown(OPERATIONS);
    return PeerCodec.encode(0, append()).getSerializedSize();
  }

  /** With the check of each record's checksum, and a look at each operation. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public PeerMessage decode256() {
    Planted.maybeSlowDown(OPERATIONS);
    return PeerCodec.decode(encoded);
  }
}
