package io.cairn.node.cluster;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.FailStop;
import io.cairn.peer.v1.FoundingAnswer;
import io.cairn.peer.v1.FoundingAnswer.Founding;
import io.cairn.peer.v1.FoundingRequest;
import io.cairn.peer.v1.Hello;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.metadata.RatisMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this member of the metadata quorum begins.
 *
 * <p>A founder votes without remembering anything, so a disk may found only when it never was part
 * of a quorum, and an empty disk does not tell whether it is new or has been wiped. So it asks all
 * others, and each answers from what it has on its own disk: when none has begun, or all that have
 * did so together with this very disk ({@link FoundingRecord}), it founds with them. As soon as one
 * has begun without it, the quorum is older than this disk: the controller takes the lost member
 * out, this one starts as one that joins, and the controller adds it ({@link QuorumSeat}). (Kafka
 * has the operator tell the two apart when he formats the disk, etcd by a setting.)
 *
 * <p>Everything happens on the cluster's timer.
 */
final class QuorumFounding {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumFounding.class);
  private static final long AGAIN_MILLIS = 300;
  private static final int ROUNDS_PER_COMPLAINT = 30;
  private static final long ANSWER_SECONDS = 5;

  /** How often a member that knows no controller asks whether it still is one. */
  private static final long ALONE_MILLIS = 1_000;

  private static final int ROUNDS_AFTER_REMOVAL = 10;

  private static final long FULL_DISK_MILLIS = 1_000;

  private final Path directory;
  private final Hello hello;
  private final QuorumPeers peers;
  private final RatisMetadata metadata;
  private final QuorumSeat seat;
  private final Predicate<Throwable> isFullDisk;
  private final FailStop failStop;
  private final Map<Integer, FoundingAnswer> answers = new TreeMap<>();

  /** What is on the disk. */
  private volatile @Nullable FoundingRecord record;

  /** What is to be written to the disk, which may be full. */
  private @Nullable FoundingRecord decided;

  private int rounds;

  /** Since the member ended because it is none, or for no reason; 0 while it runs. */
  private int roundsRemoved;

  /** What the disk has of the quorum is worth nothing any more, and is to be thrown away. */
  private boolean beginsAnew;

  /**
   * @param isFullDisk whether a failure to write says only that there is no room
   */
  QuorumFounding(
      Path directory,
      Hello hello,
      QuorumPeers peers,
      RatisMetadata metadata,
      Predicate<Throwable> isFullDisk,
      FailStop failStop) {
    this.directory = directory;
    this.hello = hello;
    this.peers = peers;
    this.metadata = metadata;
    this.isFullDisk = isFullDisk;
    this.failStop = failStop;
    seat = new QuorumSeat(peers, metadata);
    metadata.whenVoteIsLost(() -> peers.later(this::onVoteLost, 0));
    if (!peers.others().isEmpty()) {
      metadata.whenRemoved(() -> peers.later(() -> roundsRemoved = 1, 0));
    }
  }

  /** Starts the member at once when its disk tells how, or when there is nobody to ask. */
  void beginIfKnown() throws IOException {
    FoundingRecord known = FoundingRecord.readOrNull(directory);
    if (known == null && (peers.others().isEmpty() || holdsAnOlderQuorum())) {
      known = new FoundingRecord(false, Map.of());
      known.write(directory);
    }
    record = known;
    if (known != null) {
      run(known);
    }
  }

  /** Of a version that did not keep the record. */
  private boolean holdsAnOlderQuorum() throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(Files::isDirectory);
    }
  }

  private void run(FoundingRecord how) throws IOException {
    if (how.joined()) {
      metadata.join();
    } else {
      metadata.begin();
    }
  }

  /** Asks until the member has begun and is one. The others can ask this node from now on. */
  void start() {
    FoundingRecord known = record;
    if (known == null) {
      LOG.info("The disk holds nothing of the metadata quorum: its other members are asked");
      peers.later(this::ask, 0);
    } else if (known.joined()) {
      peers.later(seat::take, 0);
    }
    if (!peers.others().isEmpty()) {
      peers.later(this::askWhileAlone, ALONE_MILLIS);
    }
  }

  /**
   * Nobody calls a member any more that was forgotten while it did not run, or was out of reach: it
   * would wait for a controller for ever.
   */
  private void askWhileAlone() {
    if (roundsRemoved > 0 && roundsRemoved++ > ROUNDS_AFTER_REMOVAL) {
      failStop.fail(
          "The cluster's metadata cannot be kept any more",
          new IllegalStateException(
              "this node's part in the metadata quorum has ended, and no other node says that this"
                  + " one was forgotten: look into the log above, and start it on an empty data"
                  + " directory if another has its place"));
      return;
    }
    if (isAlone()) {
      ask((other, answer) -> onAnswerWhileAlone(answer));
    }
    peers.later(this::askWhileAlone, ALONE_MILLIS);
  }

  private boolean isAlone() {
    return record != null
        && !beginsAnew
        && (roundsRemoved > 0 || metadata.controllerOrNone() == NodeMetadata.NONE);
  }

  private void onAnswerWhileAlone(FoundingAnswer answer) {
    if (answer.getAskerForgotten() && isAlone()) {
      LOG.warn("The cluster has forgotten this node meanwhile: it joins anew");
      roundsRemoved = 0;
      beginAnew();
    }
  }

  /** What this node tells another member that asks. Any thread. */
  FoundingAnswer answer(int nodeId, UUID storeId) {
    FoundingRecord known = record;
    Founding founding =
        known == null
            ? Founding.FOUNDING_NOT_BEGUN
            : storeId.equals(known.stores().get(nodeId))
                ? Founding.FOUNDING_WITH_ASKER
                : Founding.FOUNDING_WITHOUT_ASKER;
    return FoundingAnswer.newBuilder()
        .setFounding(founding)
        .setStoreId(hello.getStoreId())
        .setAskerForgotten(metadata.current().forgotten().contains(nodeId))
        .build();
  }

  private void ask() {
    if (record != null || decided != null) {
      return;
    }
    if (++rounds % ROUNDS_PER_COMPLAINT == 0) {
      LOG.warn(
          "The metadata quorum waits for an answer of {}: a new cluster begins when all its members"
              + " have been started",
          peers.others().stream().filter(m -> !answers.containsKey(m.nodeId())).toList());
    }
    answers.clear();
    ask(this::onAnswer);
    peers.later(this::ask, AGAIN_MILLIS);
  }

  private void ask(BiConsumer<NodeConfig.Member, FoundingAnswer> onAnswer) {
    for (NodeConfig.Member other : peers.others()) {
      peers
          .stub(other, ANSWER_SECONDS)
          .askFounding(
              FoundingRequest.newBuilder().setFrom(peers.helloTo(other)).build(),
              peers.<FoundingAnswer>answer(answer -> onAnswer.accept(other, answer), () -> {}));
    }
  }

  private void onAnswer(NodeConfig.Member other, FoundingAnswer answer) {
    if (record != null || decided != null) {
      return;
    }
    switch (answer.getFounding()) {
      case FOUNDING_WITHOUT_ASKER -> seat.maybeVacate(this::onVacated);
      case FOUNDING_NOT_BEGUN, FOUNDING_WITH_ASKER -> {
        answers.put(other.nodeId(), answer);
        if (answers.size() == peers.others().size()) {
          found();
        }
      }
      default -> LOG.warn("{} gives an answer that is not understood: upgrade this node", other);
    }
  }

  private void found() {
    Map<Integer, UUID> stores = new TreeMap<>();
    answers.forEach((nodeId, each) -> stores.put(nodeId, PeerCodec.uuid(each.getStoreId())));
    LOG.info("Founds the metadata quorum with nodes {}", stores.keySet());
    decide(new FoundingRecord(false, stores));
  }

  private void onVacated() {
    if ((record == null && decided == null) || beginsAnew) {
      beginsAnew = false;
      LOG.info("The quorum is older than what this disk has of it: this node joins it");
      decide(new FoundingRecord(true, Map.of()));
    }
  }

  private void onVoteLost() {
    if (peers.others().isEmpty()) {
      failStop.fail(
          "The cluster's metadata cannot be opened",
          new IOException(
              "the term and the vote in " + directory + " are lost, and there is no other member"));
    } else {
      LOG.warn(
          "The disk has lost the term and the vote of this member of the metadata quorum, which a full"
              + " disk may do: it joins anew");
      beginAnew();
    }
  }

  /** Once it is certainly no member: what it had promised as one must not count any more. */
  private void beginAnew() {
    beginsAnew = true;
    vacateUntilDone();
  }

  private void vacateUntilDone() {
    if (beginsAnew) {
      seat.maybeVacate(this::onVacated);
      peers.later(this::vacateUntilDone, AGAIN_MILLIS);
    }
  }

  private void decide(FoundingRecord how) {
    decided = how;
    try {
      how.write(directory);
      record = how;
      if (how.joined()) {
        metadata.discard();
      }
      run(how);
    } catch (IOException failed) {
      if (isFullDisk.test(failed)) {
        LOG.warn("The disk of {} is full: there is no metadata quorum without room", directory);
        peers.later(() -> decide(how), FULL_DISK_MILLIS);
      } else {
        failStop.fail("The cluster's metadata cannot be opened", failed);
      }
      return;
    }
    decided = null;
    if (how.joined()) {
      seat.take();
    } else {
      peers.close();
    }
  }

  void close() {
    peers.close();
  }
}
