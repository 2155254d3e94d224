package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ShardDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the demo shows while the load runs: the kill of the leader, the takeover, the return. */
final class DemoPlay {

  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long POLL_MILLIS = 5;
  private static final int WARM_WRITES = 500;

  private final DemoCluster cluster;
  private final CairnClient observer;
  private final DemoLoad strong;
  private final DemoLoad eventual;
  private final DemoStory story;
  private final Duration patience;

  private int strongTold;
  private int eventualTold;
  private long toldNanos;
  private int killed;
  private long stallNanos;
  private long returnNanos;

  DemoPlay(
      DemoCluster cluster,
      CairnClient observer,
      DemoLoad strong,
      DemoLoad eventual,
      DemoStory story,
      Duration patience) {
    this.cluster = cluster;
    this.observer = observer;
    this.strong = strong;
    this.eventual = eventual;
    this.story = story;
    this.patience = patience;
  }

  /** Returns when all three nodes have all. */
  void awaitServing() throws InterruptedException {
    DescribeResponse agreed = awaitAllInSync();
    for (DemoNode node : cluster.all()) {
      story.add("node " + node.nodeId() + ": process " + node.pid() + " on " + node.address());
    }
    ShardDescription shard = DemoCluster.shard(agreed);
    story.tell(
        "Node %d leads; nodes %s are in sync."
            .formatted(shard.getLeader(), ClusterView.list(shard.getInSyncReplicasList())));
  }

  /** Returns when writes are confirmed steadily: programs that have just started are slow. */
  void awaitFlow() throws InterruptedException {
    story.tell("Writes begin. A STRONG one is confirmed when all nodes in sync have it on disk,");
    story.add("an EVENTUAL one when the leader has.");
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    toldNanos = System.nanoTime();
    while (strong.confirmedCount() < WARM_WRITES || eventual.confirmedCount() < WARM_WRITES) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw notConfirmed();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** The kill after a third of the time, the return after two thirds, when it is time for them. */
  void playFor(Duration duration) throws IOException, InterruptedException {
    long third = duration.toNanos() / 3;
    showFor(third);
    long killNanos = System.nanoTime();
    kill();
    showFor(third - (System.nanoTime() - killNanos));
    comeBack();
    showFor(third);
  }

  /** A line each second: who leads, who is in sync, how much is written. */
  private void showFor(long nanos) throws InterruptedException {
    long endNanos = System.nanoTime() + nanos;
    while (endNanos - System.nanoTime() > 0) {
      long leftNanos = endNanos - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(LINE_NANOS, leftNanos)));
      if (leftNanos > LINE_NANOS / 2) {
        show();
      }
    }
  }

  private void show() {
    long now = System.nanoTime();
    int strongNow = strong.confirmedCount();
    int eventualNow = eventual.confirmedCount();
    long nanos = now - toldNanos;
    ShardDescription shard = DemoCluster.shard(observer.describe());
    story.tell(
        "leader %s, in sync %s; confirmed: STRONG %s, EVENTUAL %s"
            .formatted(
                ClusterView.nodeOrDash(shard.getLeader()),
                ClusterView.list(shard.getInSyncReplicasList()),
                Units.rate(strongNow - strongTold, nanos),
                Units.rate(eventualNow - eventualTold, nanos)));
    toldNanos = now;
    strongTold = strongNow;
    eventualTold = eventualNow;
  }

  private void kill() throws InterruptedException {
    DescribeResponse before = observer.describe();
    killed = DemoCluster.shard(before).getLeader();
    int confirmed = strong.confirmedCount();
    boolean controller = before.getController() == killed;
    strong.forgetGaps();
    long killNanos = System.nanoTime();
    cluster.node(killed).killMinusNine();
    story.tell(
        "kill -9 of node %d, the leader%s, after %s confirmed STRONG writes."
            .formatted(
                killed,
                controller ? " (and the controller, so two elections)" : "",
                Units.count(confirmed)));
    ShardDescription after =
        DemoCluster.shard(
            DemoCluster.await(
                observer,
                patience,
                "another leader",
                shard -> shard.getLeader() != 0 && shard.getLeader() != killed));
    story.tell(
        "Node %d leads, %s after the kill."
            .formatted(after.getLeader(), DemoStory.seconds(System.nanoTime() - killNanos)));
    awaitConfirmation();
    stallNanos = strong.longestGapNanos();
    story.tell(
        "Writes go on. Longest time between two confirmed STRONG writes: %s."
            .formatted(DemoStory.seconds(stallNanos)));
  }

  /** Of a STRONG write that the new leader has confirmed. */
  private void awaitConfirmation() throws InterruptedException {
    int confirmed = strong.confirmedCount();
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    while (strong.confirmedCount() == confirmed) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw notConfirmed();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private CliException notConfirmed() {
    return CliException.failed(
        "Writes were not confirmed for " + patience.toSeconds() + " s. " + strong.firstFailure());
  }

  private void comeBack() throws IOException, InterruptedException {
    story.tell("Node " + killed + " is started again, on its data.");
    long beginNanos = System.nanoTime();
    cluster.restart(killed);
    awaitAllInSync();
    returnNanos = System.nanoTime() - beginNanos;
    story.tell(
        "Node %d is in sync again, %s after its start."
            .formatted(killed, DemoStory.seconds(returnNanos)));
  }

  private DescribeResponse awaitAllInSync() throws InterruptedException {
    return DemoCluster.await(
        observer,
        patience,
        "three nodes in sync",
        shard -> shard.getLeader() != 0 && shard.getInSyncReplicasCount() == DemoCluster.SIZE);
  }

  /** Reads everything back from each node; returns whether no confirmed STRONG write is missing. */
  boolean check() throws InterruptedException {
    awaitAllInSync();
    story.tell("Writes have ended. Reading everything back from each node.");
    List<DemoCheck> checks = new ArrayList<>();
    Set<String> digests = new HashSet<>();
    for (DemoNode node : cluster.all()) {
      DemoCheck check = DemoCheck.of(node, strong, eventual);
      checks.add(check);
      digests.add(check.digest());
      story.add(
          "node %d: %s keys, SHA-256 %s..."
              .formatted(
                  node.nodeId(), Units.count(check.keys()), check.digest().substring(0, 16)));
    }
    int lost = checks.stream().mapToInt(DemoCheck::lostStrong).max().orElse(0);
    int cutOff = checks.stream().mapToInt(DemoCheck::lostEventual).max().orElse(0);
    boolean equal = digests.size() == 1;
    story.add("");
    story.add(
        "%s STRONG writes were confirmed: %s"
            .formatted(
                Units.count(strong.confirmedCount()),
                lost == 0 ? "every one is on every node." : Units.count(lost) + " ARE LOST."));
    story.add(
        "%s EVENTUAL writes were confirmed: %s"
            .formatted(
                Units.count(eventual.confirmedCount()),
                cutOff == 0
                    ? "every one is there too."
                    : Units.count(cutOff)
                        + " were on the killed leader only, which this level allows."));
    story.add("The three nodes hold " + (equal ? "the same." : "DIFFERENT DATA."));
    story.add(
        "Writes stalled for %s when node %d was killed; it was in sync again %s after its start."
            .formatted(DemoStory.seconds(stallNanos), killed, DemoStory.seconds(returnNanos)));
    tellFailures("STRONG", strong);
    tellFailures("EVENTUAL", eventual);
    return lost == 0 && equal;
  }

  /** The client hides a failover from its callers, so that there should be none. */
  private void tellFailures(String level, DemoLoad load) {
    if (load.belowLevelCount() > 0) {
      story.add(
          "%s %s writes were told to be on fewer nodes than asked for, and are not counted."
              .formatted(Units.count(load.belowLevelCount()), level));
    }
    if (load.failedCount() > 0) {
      story.add(
          "%s %s writes failed and are not counted, the first so: %s"
              .formatted(Units.count(load.failedCount()), level, load.firstFailure()));
    }
  }
}
