package io.cairn.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.cairn.api.Sharding;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Action;
import io.cairn.replication.simulator.history.Answer;
import io.cairn.replication.simulator.history.ConvergenceChecker;
import io.cairn.replication.simulator.history.ConvergenceChecker.Entry;
import io.cairn.replication.simulator.history.LinearizabilityChecker;
import io.cairn.replication.simulator.history.OperationRecord;
import io.cairn.replication.simulator.history.SessionChecker;
import io.cairn.v1.KeyRange;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is checked when a round is over and the cluster is whole again. */
final class RoundCheck {
  private static final int MAX_COMPLAINTS = 20;

  private final Recorder recorder;
  private final List<String> violations = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private long operations;

  private RoundCheck(Recorder recorder) {
    this.recorder = recorder;
  }

  /**
   * @param violations what must not be, one text each
   * @param lost confirmed STRONG writes that are gone
   * @param operations STRONG operations that were put in an order
   */
  record Found(List<String> violations, List<String> lost, long operations) {}

  /** All keys have been read at the level STRONG before, as a part of the history. */
  static Found check(Registers registers, FaultyCluster cluster) {
    RoundCheck check = new RoundCheck(registers.recorder());
    check.history(check.agreedContent(registers.prefix(), cluster));
    return new Found(check.violations, check.lost, check.operations);
  }

  /** Without looking at the nodes, which hold this. */
  static Found check(Recorder recorder, Map<String, Entry> content) {
    RoundCheck check = new RoundCheck(recorder);
    check.history(content);
    return new Found(check.violations, check.lost, check.operations);
  }

  private void history(Map<String, Entry> content) {
    linearizability();
    sessions();
    versions();
    lostWrites(content);
  }

  /** EVENTUAL reads show what a node itself has, so all must show the same before long. */
  private Map<String, Entry> agreedContent(String prefix, FaultyCluster cluster) {
    Map<Integer, Map<String, Entry>> states = new TreeMap<>();
    try {
      cluster.await(
          "equal contents of all nodes",
          30,
          () -> {
            cluster.members().forEach(m -> states.put(m.nodeId(), content(prefix, m)));
            return ConvergenceChecker.check(states).isOk();
          });
    } catch (FaultyCluster.NotInTimeException differ) {
      violations.add(ConvergenceChecker.check(states).toString());
    }
    return states.getOrDefault(1, Map.of());
  }

  private Map<String, Entry> content(String prefix, ClusterMember member) {
    Map<String, Entry> content = new HashMap<>();
    try {
      Iterator<ScanResponse> chunks =
          KvGrpc.newBlockingStub(member.channel())
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .scan(
                  ScanRequest.newBuilder()
                      .setRange(KeyRange.newBuilder().setPrefix(ByteString.copyFromUtf8(prefix)))
                      .setConsistency(io.cairn.v1.Consistency.CONSISTENCY_EVENTUAL)
                      .build());
      chunks.forEachRemaining(
          chunk ->
              chunk
                  .getEntriesList()
                  .forEach(
                      entry ->
                          content.put(
                              entry.getKey().toStringUtf8(),
                              new Entry(
                                  entry.getValue().getData().toStringUtf8(),
                                  entry.getValue().getVersion()))));
    } catch (StatusRuntimeException failed) {
      content.put("(no answer)", new Entry(failed.toString(), member.nodeId()));
    }
    return content;
  }

  private void linearizability() {
    LinearizabilityChecker.Result result =
        new LinearizabilityChecker().check(recorder.operations());
    operations = result.operations();
    if (!result.isOk()) {
      violations.add(result.verdict() + ": " + result.explanation());
    }
  }

  private void sessions() {
    SessionChecker.check(recorder.operations()).stream()
        .limit(MAX_COMPLAINTS)
        .forEach(violation -> violations.add(violation.toString()));
  }

  /**
   * Versions of confirmed STRONG writes: none twice in a shard, later ones larger, and a value has
   * one only. A write that was applied twice would show its value with two of them.
   */
  private void versions() {
    Map<String, Long> ofValue = new HashMap<>();
    Map<Integer, List<OperationRecord>> writes = new HashMap<>();
    for (OperationRecord operation : recorder.operations()) {
      Long version = recorder.versionOrNull(operation);
      if (version == null || operation.invocation().level() != Consistency.STRONG) {
        continue;
      }
      String value = valueOrNull(operation);
      if (value != null) {
        Long other = ofValue.putIfAbsent(value, version);
        if (other != null && !other.equals(version)) {
          violations.add(value + " is there twice, as " + other + " and as " + version);
        }
      }
      if (operation.invocation().action().kind() != Action.Kind.READ) {
        writes.computeIfAbsent(shard(operation), s -> new ArrayList<>()).add(operation);
      }
    }
    writes.values().forEach(this::versionsOfShard);
  }

  private static @Nullable String valueOrNull(OperationRecord operation) {
    return operation.invocation().action().kind() == Action.Kind.READ
        ? operation.answer().value()
        : operation.invocation().action().value();
  }

  private static int shard(OperationRecord operation) {
    return Sharding.shardOf(operation.invocation().key().getBytes(UTF_8), FaultyCluster.SHARDS);
  }

  private long version(OperationRecord operation) {
    Long version = recorder.versionOrNull(operation);
    return version == null ? Recorder.Told.NO_VERSION : version;
  }

  private void versionsOfShard(List<OperationRecord> writes) {
    List<OperationRecord> byReturn = new ArrayList<>(writes);
    byReturn.sort(Comparator.comparingLong(OperationRecord::returnTime));
    List<OperationRecord> byInvocation = new ArrayList<>(writes);
    byInvocation.sort(Comparator.comparingLong(OperationRecord::invokeTime));
    Map<Long, OperationRecord> byVersion = new HashMap<>();
    OperationRecord newest = null;
    int returned = 0;
    for (OperationRecord write : byInvocation) {
      while (byReturn.get(returned).returnTime() < write.invokeTime()) {
        OperationRecord before = byReturn.get(returned++);
        newest = newest == null || version(before) > version(newest) ? before : newest;
      }
      if (newest != null && version(newest) >= version(write)) {
        violations.add("versions go back from " + newest + " to " + write);
      }
      OperationRecord same = byVersion.putIfAbsent(version(write), write);
      if (same != null) {
        violations.add("two writes have version " + version(write) + ": " + same + ", " + write);
      }
    }
  }

  /** Of each key the newest confirmed STRONG write is there, or something newer is. */
  private void lostWrites(Map<String, Entry> content) {
    Map<String, OperationRecord> newest = new HashMap<>();
    Map<String, List<OperationRecord>> removals = new HashMap<>();
    List<OperationRecord> clears = new ArrayList<>();
    for (OperationRecord operation : recorder.operations()) {
      Action.Kind kind = operation.invocation().action().kind();
      boolean strong = operation.invocation().level() == Consistency.STRONG;
      String key = operation.invocation().key();
      Answer.Outcome outcome = operation.answer().outcome();
      if (kind == Action.Kind.READ || outcome == Answer.Outcome.FAILED) {
        continue;
      }
      if (kind == Action.Kind.CLEAR) {
        clears.add(operation);
      } else if (kind == Action.Kind.DELETE) {
        removals.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
      }
      if (kind != Action.Kind.CLEAR && strong && outcome == Answer.Outcome.OK) {
        newest.merge(key, operation, (a, b) -> version(a) > version(b) ? a : b);
      }
    }
    newest.forEach(
        (key, write) -> {
          List<OperationRecord> mayExplain = new ArrayList<>(removals.getOrDefault(key, List.of()));
          clears.stream().filter(clear -> covers(clear, key)).forEach(mayExplain::add);
          if (isLost(write, content.get(key), mayExplain)) {
            lost.add(write + " is lost; there is " + content.get(key));
          }
        });
  }

  private static boolean covers(OperationRecord clear, String key) {
    String end = clear.invocation().action().value();
    return clear.invocation().key().compareTo(key) <= 0 && (end == null || key.compareTo(end) < 0);
  }

  private boolean isLost(
      OperationRecord write, @Nullable Entry found, List<OperationRecord> mayExplain) {
    if (found != null) {
      boolean same = found.value().equals(write.invocation().action().value());
      return found.version() < version(write) || (found.version() == version(write) && !same);
    }
    return write.invocation().action().kind() == Action.Kind.WRITE
        && mayExplain.stream()
            .noneMatch(
                removal -> {
                  long version = version(removal);
                  return version == Recorder.Told.NO_VERSION
                      ? removal.returnTime() > write.invokeTime()
                      : version > version(write);
                });
  }
}
