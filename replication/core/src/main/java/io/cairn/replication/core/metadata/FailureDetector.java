package io.cairn.replication.core.metadata;

import io.cairn.replication.core.Invariant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * How the controller decides that nodes have failed, and that they are back, and that one whose
 * disk is full leads no more while another replica can. What it decides is a guess, and a wrong one
 * costs an election, never data. Only the process that the metadata has registered for a node
 * counts; what is told of others is ignored.
 *
 * <p>Every node that may become the controller has one and tells it what it hears. Time is ticks,
 * and passes while this node is the controller. Not thread-safe.
 */
public final class FailureDetector {
  private final int timeoutTicks;
  private final int hintTicks;
  private final int proposeAgainTicks;
  private final SortedMap<Integer, WatchedProcess> processes = new TreeMap<>();

  /** When a shard was last to be led by another node, in ticks. */
  private final SortedMap<Integer, Long> handedOverAt = new TreeMap<>();

  private ClusterMetadata metadata = ClusterMetadata.empty();
  private long now;

  /**
   * @param timeoutTicks after which a process is taken to have failed of which nothing was heard
   * @param hintTicks the same, since somebody said that it may have failed; not more. When all
   *     others say so, and they are at least two, it is over with the next tick: one broken
   *     connection may be the network's fault, all at once hardly are.
   */
  public FailureDetector(int timeoutTicks, int hintTicks) {
    Invariant.check(
        0 < hintTicks && hintTicks <= timeoutTicks, "limits in ticks", hintTicks, timeoutTicks);
    this.timeoutTicks = timeoutTicks;
    this.hintTicks = hintTicks;
    proposeAgainTicks = Math.max(2, timeoutTicks / 2);
  }

  /**
   * This node became the controller. Every node gets its full time anew. Hints from before count as
   * if they were given now: their process was not heard of since.
   */
  public void onController(ClusterMetadata newest) {
    onMetadata(newest);
    handedOverAt.clear();
    processes.values().forEach(WatchedProcess::onController);
  }

  public void onMetadata(ClusterMetadata newer) {
    metadata = newer;
    processes.keySet().retainAll(newer.nodes().keySet());
    for (NodeMetadata node : newer.nodes().values()) {
      WatchedProcess known = processes.get(node.nodeId());
      if (known == null || !known.is(node.storeId(), node.incarnation())) {
        processes.put(node.nodeId(), new WatchedProcess(node));
      } else {
        known.onRegistered(node);
      }
    }
  }

  /**
   * Something was heard of a process.
   *
   * @param ready whether its logs are recovered and it has the metadata. A process that is about to
   *     stop says no, so that a controller that has not heard of its leaving does not call it back.
   * @param ends of its logs
   */
  public void onHeartbeat(
      int nodeId, UUID storeId, long incarnation, boolean ready, List<LogEnd> ends) {
    WatchedProcess process = processes.get(nodeId);
    if (process != null && process.is(storeId, incarnation)) {
      process.onHeard(ready, ends);
    }
  }

  /** Whether the process refuses puts because its disk is full, as it says with its heartbeats. */
  public void onDiskFull(int nodeId, UUID storeId, long incarnation, boolean full) {
    WatchedProcess process = processes.get(nodeId);
    if (process != null && process.is(storeId, incarnation)) {
      process.diskFull = full;
    }
  }

  /**
   * A connection to the process was closed, or its port refused one.
   *
   * @param reporter whose connection it was
   */
  public void onHint(int reporter, int nodeId, UUID storeId, long incarnation) {
    WatchedProcess process = processes.get(nodeId);
    if (process != null && process.is(storeId, incarnation)) {
      process.onHint(reporter);
    }
  }

  /** The process said that it stops: for good, only its successor comes back. */
  public void onLeaving(int nodeId, UUID storeId, long incarnation) {
    WatchedProcess process = processes.get(nodeId);
    if (process != null && process.is(storeId, incarnation)) {
      process.onLeaving();
    }
  }

  /**
   * Who should stand for election at once because all others have lost the controller, which
   * therefore has failed: one node, or they would take votes from each other. It needs no tick.
   *
   * @param controller or {@link NodeMetadata#NONE}
   * @param members of the metadata quorum
   * @return {@link NodeMetadata#NONE} when the controller may well be there
   */
  public int candidateOrNone(int controller, Collection<Integer> members) {
    WatchedProcess watched = processes.get(controller);
    if (watched == null || !watched.allOthersGaveAHint()) {
      return NodeMetadata.NONE;
    }
    return processes.values().stream()
        .filter(process -> process.node.alive() && !process.isInDoubt())
        .map(process -> process.node.nodeId())
        .filter(members::contains)
        .findFirst()
        .orElse(NodeMetadata.NONE);
  }

  /** One tick has passed. */
  public List<MetadataChange> tick() {
    return tick(1);
  }

  /**
   * Ticks have passed; returns the changes to propose now. One that has no effect is returned again
   * after a while, not at once. When much time has passed at once, it was this process that did not
   * run: it cannot tell who was silent, so everyone gets the full time anew.
   */
  public List<MetadataChange> tick(int elapsedTicks) {
    Invariant.check(elapsedTicks > 0, "time passes", elapsedTicks);
    now += elapsedTicks;
    if (elapsedTicks > timeoutTicks / 2 && elapsedTicks > 1) {
      processes.values().forEach(WatchedProcess::startAnew);
    }
    List<MetadataChange> changes = new ArrayList<>();
    for (WatchedProcess process : processes.values()) {
      if (process.mustBeFailed() && process.maybePropose()) {
        changes.add(process.failed(knownEnds()));
      } else if (process.mayBeReady() && process.maybePropose()) {
        changes.add(process.ready(knownEnds()));
      }
    }
    metadata.shards().values().forEach(shard -> maybeHandOver(shard, changes));
    return changes;
  }

  /** A full disk stops no writes while an in-sync replica has room. */
  private void maybeHandOver(ShardMetadata shard, List<MetadataChange> changes) {
    WatchedProcess leader = processes.get(shard.leader());
    if (leader == null || !leader.diskFull || !leader.node.alive() || leader.hasFailed()) {
      return;
    }
    Long before = handedOverAt.get(shard.shard());
    if (before != null && now - before < proposeAgainTicks) {
      return;
    }
    shard.isr().stream()
        .map(member -> processes.get(member.nodeId()))
        .filter(process -> process != null && process.mayTakeOver())
        .max(Comparator.comparing(process -> process.endOf(shard.shard()), LogEnd.SHORTEST_FIRST))
        .ifPresent(
            target -> {
              handedOverAt.put(shard.shard(), now);
              changes.add(
                  new IsrChange.Transfer(shard.shard(), shard.epoch(), target.node.nodeId()));
            });
  }

  /** Of the nodes that are not in doubt, so that another one that may have failed is not chosen. */
  private List<LogEnd> knownEnds() {
    return processes.values().stream()
        .filter(process -> !process.isInDoubt())
        .flatMap(process -> process.ends.stream())
        .toList();
  }

  /** The registered process of a node. */
  private final class WatchedProcess {
    private static final long NEVER = Long.MIN_VALUE;

    private NodeMetadata node;
    private long heardAt;

    /** Who gave a hint since it was last heard. */
    private final SortedSet<Integer> reporters = new TreeSet<>();

    /** When the first of them did. */
    private long hintedAt;

    /** What it last said of itself since it is watched. */
    private boolean ready;

    private boolean leaving;
    private boolean diskFull;
    private long proposedAt = NEVER;
    private List<LogEnd> ends = List.of();

    WatchedProcess(NodeMetadata node) {
      this.node = node;
      heardAt = now;
    }

    boolean is(UUID storeId, long incarnation) {
      return node.storeId().equals(storeId) && node.incarnation() == incarnation;
    }

    void onRegistered(NodeMetadata registered) {
      if (registered.alive() != node.alive()) {
        proposedAt = NEVER;
      }
      node = registered;
    }

    void onHeard(boolean isReady, List<LogEnd> newest) {
      heardAt = now;
      reporters.clear();
      ready = isReady;
      ends = newest.stream().filter(end -> end.nodeId() == node.nodeId()).toList();
    }

    void onHint(int reporter) {
      if (reporters.isEmpty()) {
        hintedAt = now;
      }
      reporters.add(reporter);
    }

    void onLeaving() {
      leaving = true;
    }

    void onController() {
      heardAt = now;
      hintedAt = now;
      ready = false;
      proposedAt = NEVER;
    }

    void startAnew() {
      onController();
      reporters.clear();
    }

    boolean hasFailed() {
      return leaving
          || now - heardAt >= timeoutTicks
          || (!reporters.isEmpty() && (now - hintedAt >= hintTicks || allOthersGaveAHint()));
    }

    private boolean allOthersGaveAHint() {
      int others = 0;
      for (WatchedProcess other : processes.values()) {
        if (other != this && other.node.alive() && !other.isInDoubt()) {
          others++;
          if (!reporters.contains(other.node.nodeId())) {
            return false;
          }
        }
      }
      return others > 1;
    }

    boolean isInDoubt() {
      return !reporters.isEmpty() || hasFailed();
    }

    boolean mustBeFailed() {
      return node.alive() && hasFailed();
    }

    boolean mayTakeOver() {
      return node.alive() && ready && !diskFull && !isInDoubt();
    }

    LogEnd endOf(int shard) {
      return ends.stream()
          .filter(end -> end.shard() == shard)
          .findFirst()
          .orElseGet(() -> new LogEnd(shard, node.nodeId(), -1, -1));
    }

    boolean mayBeReady() {
      return !node.alive() && ready && !isInDoubt();
    }

    boolean maybePropose() {
      if (proposedAt != NEVER && now - proposedAt < proposeAgainTicks) {
        return false;
      }
      proposedAt = now;
      return true;
    }

    NodeChange.Failed failed(List<LogEnd> knownEnds) {
      return new NodeChange.Failed(node.nodeId(), node.storeId(), node.incarnation(), knownEnds);
    }

    NodeChange.Ready ready(List<LogEnd> knownEnds) {
      return new NodeChange.Ready(node.nodeId(), node.storeId(), node.incarnation(), knownEnds);
    }
  }
}
