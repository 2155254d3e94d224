package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import io.cairn.replication.metadata.RatisOptions.Peer;
import io.cairn.replication.metadata.RatisOptions.Storage;
import io.cairn.replication.metadata.RatisOptions.Timing;
import io.cairn.replication.metadata.RatisOptions.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that stop, come back, join and leave. */
class RatisFaultsTest {
  private static final Duration LIMIT = RatisCluster.LIMIT;
  private static final Timing SHORT =
      new Timing(Duration.ofMillis(150), Duration.ofMillis(300), Duration.ofMillis(700));
  private static final Path CERTIFICATES = Path.of("src/test/resources/tls");
  private static final Tls TLS =
      new Tls(
          CERTIFICATES.resolve("member.pem"),
          CERTIFICATES.resolve("member.key"),
          CERTIFICATES.resolve("ca.pem"));

  @TempDir Path directory;

  @Test
  void aRestartOfAllKeepsTheMetadata() throws Exception {
    ClusterMetadata before;
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.apply(Changes.register(1, ClusterMetadata.empty()));
      before = cluster.apply(Changes.minInsyncReplicas(2));
      List.of(1, 2, 3).forEach(cluster::stop);
      cluster.startAll(3, 1, 2);
      cluster.awaitAllKnow(before);
      assertThat(cluster.apply(Changes.minInsyncReplicas(3)).version())
          .isEqualTo(before.version() + 1);
    }
  }

  @Test
  void whenTheControllerStopsAnotherTakesOverAndProposalsGoOn() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.apply(Changes.minInsyncReplicas(1));
      int first = cluster.controller();
      int proposer = first % 3 + 1;
      CompletableFuture<ChangeResult> meanwhile;
      cluster.stop(first);
      meanwhile = cluster.member(proposer).propose(Changes.minInsyncReplicas(2));
      assertThat(meanwhile.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ChangeResult.Applied.class);
      int second = cluster.controller();
      assertThat(second).isNotEqualTo(first);

      cluster.start(first);
      ClusterMetadata after = cluster.apply(Changes.minInsyncReplicas(3));
      cluster.awaitAllKnow(after);
    }
  }

  /** By itself the quorum keeps a controller that lives. */
  @Test
  void aMemberThatIsToldToStandsForElectionAtOnce() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      int first = cluster.controller();
      int second = first % 3 + 1;
      cluster.member(second).campaign();
      await().atMost(LIMIT).until(() -> cluster.member(second).isController());
      cluster.member(second).campaign();
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(2)));
      assertThat(cluster.controller()).isEqualTo(second);
    }
  }

  /**
   * Its connections to members that were away must not wait for gRPC's growing back-off, which has
   * come to more than ten seconds when the second one starts.
   */
  @Test
  void oneThatWasAloneForLongAndMustLeadReachesTheNextAtOnce() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      cluster.stop(2);
      ClusterMetadata after = cluster.apply(Changes.minInsyncReplicas(2));
      cluster.awaitAllKnow(after);
      cluster.stop(3);
      await()
          .pollDelay(Duration.ofSeconds(30))
          .atMost(LIMIT.multipliedBy(2))
          .until(() -> cluster.member(1).controllerOrNone() == 0);
      cluster.start(2);
      await().atMost(Duration.ofSeconds(6)).until(() -> cluster.member(1).isController());
      cluster.awaitAllKnow(after);
    }
  }

  @Test
  void withoutAMajorityAProposalIsGivenUp() throws Exception {
    try (RatisCluster cluster =
        new RatisCluster(3, 3, directory, options -> options.withTiming(SHORT))) {
      cluster.start(1);
      assertThatThrownBy(
              () -> RatisCluster.applyBy(cluster.member(1), Changes.minInsyncReplicas(1)))
          .hasCauseInstanceOf(MetadataUnavailableException.class)
          .hasMessageContaining("700 ms")
          .hasMessageContaining("may have been applied");
      assertThat(cluster.member(1).isController()).isFalse();
    }
  }

  @Test
  void oneThatWasAwayTakesASnapshot() throws Exception {
    Storage small = new Storage(20, 2_048);
    try (RatisCluster cluster =
        new RatisCluster(3, 3, directory, options -> options.withStorage(small))) {
      cluster.startAll(1, 2, 3);
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      cluster.stop(3);
      ClusterMetadata last = ClusterMetadata.empty();
      for (int i = 2; i <= 300; i++) {
        last = cluster.apply(Changes.minInsyncReplicas(i));
      }
      List<ClusterMetadata> heard = new CopyOnWriteArrayList<>();
      cluster.start(3).listen(heard::add);
      cluster.awaitAllKnow(last);
      // A jump tells that it was no replay.
      assertThat(heard.size()).isLessThan(100);
      assertThat(heard).extracting(ClusterMetadata::version).isSorted().doesNotHaveDuplicates();

      ClusterMetadata after = RatisCluster.applyBy(cluster.member(3), Changes.minInsyncReplicas(7));
      cluster.awaitAllKnow(after);
      cluster.stop(3);
      assertThat(cluster.start(3).current().version()).isGreaterThan(200);
      cluster.awaitAllKnow(after);
      assertThat(cluster.member(3).stopped()).isNotDone();
    }
  }

  @Test
  void aMemberIsAddedAndCountsThen() throws Exception {
    try (RatisCluster cluster = new RatisCluster(4, 3, directory, options -> options)) {
      cluster.startAll(1, 2, 3);
      ClusterMetadata before = cluster.apply(Changes.minInsyncReplicas(1));
      RatisMetadata fourth = cluster.start(4);
      assertThat(fourth.members()).isEmpty();
      assertThat(fourth.current()).isEqualTo(ClusterMetadata.empty());

      int controller = cluster.controller();
      RatisMetadata other = cluster.member(controller % 3 + 1);
      assertThatThrownBy(() -> other.changeMembers(cluster.peers).get())
          .hasMessageContaining("node " + controller + " is its controller");
      cluster
          .member(controller)
          .changeMembers(cluster.peers)
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      cluster.awaitAllKnow(before);
      assertThat(fourth.members()).containsExactlyInAnyOrderElementsOf(cluster.peers);

      // Three of four are needed now: it takes the fourth to agree.
      cluster.stop(controller);
      ClusterMetadata after = RatisCluster.applyBy(fourth, Changes.minInsyncReplicas(2));
      cluster.stop(4);
      cluster.start(4);
      cluster.awaitAllKnow(after);
    }
  }

  /** It would have to keep promises that it does not remember; so it begins as a new one does. */
  @Test
  void aMemberWhoseDiskWasWipedIsRemovedJoinsAndIsAddedAgain() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      ClusterMetadata before = cluster.apply(Changes.minInsyncReplicas(1));
      cluster.awaitAllKnow(before);
      int controller = cluster.controller();
      int wiped = controller % 3 + 1;
      cluster.stop(wiped);
      cluster.wipe(wiped);
      List<Peer> others = cluster.peers.stream().filter(peer -> peer.nodeId() != wiped).toList();
      cluster.member(controller).changeMembers(others).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      RatisMetadata again = cluster.join(wiped);
      assertThat(again.members()).isEmpty();
      cluster
          .member(controller)
          .changeMembers(cluster.peers)
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      cluster.awaitAllKnow(before);
      cluster.stop(controller);
      assertThat(RatisCluster.applyBy(again, Changes.minInsyncReplicas(2))).isNotNull();
      assertThat(again.stopped()).isNotDone();
    }
  }

  /** It cannot begin another file of its log, as it has to when there is another leader. */
  @Test
  void aMemberWhoseDiskIsFullGoesOnWhenThereIsRoomAgain() throws Exception {
    try (RatisCluster cluster = new RatisCluster(3, 3, directory, options -> options)) {
      AtomicInteger looks = new AtomicInteger();
      AtomicBoolean isFull = new AtomicBoolean(true);
      cluster.startAll(1, 2);
      RatisMetadata full =
          cluster.startOnDisk(3, () -> looks.incrementAndGet() > 0 && isFull.get());
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      List<Path> obstacles = new ArrayList<>();
      for (int index = 1; index < 100; index++) {
        Path file = cluster.log(3).resolve("log_inprogress_" + index);
        if (!Files.exists(file)) {
          obstacles.add(Files.createDirectory(file));
        }
      }
      // Whoever led, also the third one, leads no more, and the next leader begins another file.
      cluster.stop(1);
      cluster.stop(2);
      await().atMost(LIMIT).until(() -> full.controllerOrNone() == 0);
      cluster.startAll(1, 2);
      await().atMost(LIMIT).until(() -> looks.get() > 2);
      await().atMost(LIMIT).until(() -> threadsOf(3).isEmpty());
      ClusterMetadata meanwhile =
          RatisCluster.applyBy(cluster.member(1), Changes.minInsyncReplicas(2));
      for (Path obstacle : obstacles) {
        Files.delete(obstacle);
      }
      isFull.set(false);
      cluster.awaitAllKnow(meanwhile);
      assertThat(full.stopped()).isNotDone();
      cluster.stop(2);
      ClusterMetadata after = RatisCluster.applyBy(full, Changes.minInsyncReplicas(3));
      cluster.awaitAllKnow(after);
    }
  }

  /** Of Ratis, those that are named after the member. */
  private static List<String> threadsOf(int nodeId) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(nodeId + "@"))
        .toList();
  }

  /** As Ratis leaves it when the disk is full while it votes. */
  @Test
  void aMemberWhoseVoteIsLostDoesNotBeginAndCanJoinAnew() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      ClusterMetadata before = cluster.apply(Changes.minInsyncReplicas(1));
      cluster.awaitAllKnow(before);
      int controller = cluster.controller();
      int lost = controller % 3 + 1;
      cluster.stop(lost);
      Files.write(cluster.log(lost).resolve("raft-meta"), new byte[0]);
      AtomicBoolean forgotten = new AtomicBoolean();
      RatisMetadata again = cluster.waiting(lost);
      again.whenVoteIsLost(() -> forgotten.set(true));
      again.begin();
      assertThat(forgotten).isTrue();
      assertThat(again.members()).isEmpty();

      RatisMetadata leader = cluster.member(controller);
      leader
          .changeMembers(cluster.peers.stream().filter(peer -> peer.nodeId() != lost).toList())
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      again.discard();
      again.join();
      leader.changeMembers(cluster.peers).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      cluster.awaitAllKnow(before);
    }
  }

  /** Only then it can write down that it joins. */
  @Test
  void aLostVoteIsToldWhenTheDiskHasRoomAgain() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      cluster.stop(3);
      Files.write(cluster.log(3).resolve("raft-meta"), new byte[0]);
      AtomicInteger looks = new AtomicInteger();
      AtomicBoolean full = new AtomicBoolean(true);
      AtomicBoolean forgotten = new AtomicBoolean();
      try (RatisMetadata again =
          RatisMetadata.waiting(
              cluster.options(3), cause -> looks.incrementAndGet() > 0 && full.get())) {
        again.whenVoteIsLost(() -> forgotten.set(true));
        again.begin();
        await().atMost(LIMIT).until(() -> looks.get() > 1);
        assertThat(forgotten).isFalse();
        full.set(false);
        await().atMost(LIMIT).untilTrue(forgotten);
        assertThat(again.stopped()).isNotDone();
      }
    }
  }

  @Test
  void oneThatWaitsTakesNoPartUntilItBegins() throws Exception {
    try (RatisCluster cluster = new RatisCluster(1, 1, directory, options -> options);
        RatisMetadata waiting = RatisMetadata.waiting(cluster.options(1))) {
      assertThat(waiting.current()).isEqualTo(ClusterMetadata.empty());
      assertThat(waiting.members()).isEmpty();
      assertThat(waiting.isController()).isFalse();
      CompletableFuture<ChangeResult> early = waiting.propose(Changes.minInsyncReplicas(1));
      waiting.begin();
      assertThat(early.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ChangeResult.Applied.class);
    }
  }

  @Test
  void aMemberIsRemovedAndSaysSo() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      cluster.apply(Changes.minInsyncReplicas(1));
      int controller = cluster.controller();
      int removed = controller % 3 + 1;
      RatisMetadata member = cluster.member(removed);
      cluster
          .member(controller)
          .changeMembers(cluster.peers.stream().filter(peer -> peer.nodeId() != removed).toList())
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(cluster.member(controller).members()).hasSize(2);
      assertThat(RatisCluster.applyBy(cluster.member(controller), Changes.minInsyncReplicas(2)))
          .isNotNull();
      await().atMost(LIMIT).until(() -> member.stopped().isCompletedExceptionally());
    }
  }

  @Test
  void membersWithTlsKnowEachOther() throws Exception {
    try (RatisCluster cluster =
        new RatisCluster(3, 3, directory, options -> options.withTls(TLS))) {
      cluster.startAll(1, 2, 3);
      cluster.awaitAllKnow(cluster.apply(Changes.minInsyncReplicas(1)));
      RatisMetadata follower = cluster.member(cluster.controller() % 3 + 1);
      cluster.awaitAllKnow(RatisCluster.applyBy(follower, Changes.minInsyncReplicas(2)));
    }
  }

  @Test
  void oneWithoutACertificateIsNotAMember() throws Exception {
    try (RatisCluster cluster =
        new RatisCluster(
            2,
            2,
            directory,
            options ->
                options.self().nodeId() == 1
                    ? options.withTls(TLS).withTiming(SHORT)
                    : options.withTiming(SHORT))) {
      cluster.startAll(1, 2);
      for (RatisMetadata member : cluster.members()) {
        assertThatThrownBy(() -> RatisCluster.applyBy(member, Changes.minInsyncReplicas(1)))
            .hasCauseInstanceOf(MetadataUnavailableException.class);
      }
    }
  }

  @Test
  void aPortThatIsTakenIsASentenceAndNotTheEndOfTheProcess() throws Exception {
    try (RatisCluster cluster = new RatisCluster(1, 1, directory, options -> options);
        ServerSocket taken =
            new ServerSocket(cluster.peers.get(0).port(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> cluster.start(1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void aDirectoryIsUsedByOneMember() throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory)) {
      int controller = cluster.controller();
      assertThatThrownBy(() -> cluster.start(controller))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be started in " + directory)
          .hasMessageContaining("it is in use");
    }
  }

  /**
   * gRPC has a pool for the whole process, in which an idle thread stays for a minute while
   * anybody, also of the tests before, has a connection.
   */
  @Test
  void closingLeavesNoThread() throws Exception {
    runAndClose("first"); // Ratis has timers for the whole process
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    runAndClose("second");
    await()
        .atMost(LIMIT.multipliedBy(3))
        .untilAsserted(
            () ->
                assertThat(
                        Thread.getAllStackTraces().entrySet().stream()
                            .filter(entry -> !before.contains(entry.getKey()))
                            .filter(entry -> !entry.getKey().getName().startsWith("awaitility"))
                            .map(entry -> entry.getKey() + " in " + List.of(entry.getValue())))
                    .as("threads and where they are")
                    .isEmpty());
  }

  private void runAndClose(String name) throws Exception {
    try (RatisCluster cluster = RatisCluster.ofThree(directory.resolve(name))) {
      cluster.apply(Changes.minInsyncReplicas(1));
    }
  }
}
