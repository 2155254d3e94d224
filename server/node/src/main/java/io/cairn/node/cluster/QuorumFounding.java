package io.cairn.node.cluster;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.FailStop;
import io.cairn.peer.v1.FoundingAnswer;
import io.cairn.peer.v1.FoundingAnswer.Founding;
import io.cairn.peer.v1.FoundingRequest;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.PeerGrpc;
import io.cairn.peer.v1.SeatAnswer;
import io.cairn.peer.v1.SeatRequest;
import io.cairn.replication.metadata.RatisMetadata;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * out, this one starts as one that joins, and the controller adds it. (Kafka has the operator tell
 * the two apart when he formats the disk, etcd by a setting.)
 *
 * <p>Everything happens on the cluster's timer.
 */
final class QuorumFounding {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumFounding.class);
  private static final long AGAIN_MILLIS = 300;
  private static final int ROUNDS_PER_COMPLAINT = 30;
  private static final long ANSWER_SECONDS = 5;

  /** A change of the members waits until the new one has caught up. */
  private static final long SEAT_SECONDS = 20;

  private final Path directory;
  private final Hello hello;
  private final NodeConfig.Member self;
  private final List<NodeConfig.Member> others;
  private final RatisMetadata metadata;
  private final Function<String, ManagedChannel> newChannel;
  private final ScheduledExecutorService timer;
  private final FailStop failStop;
  private final Map<Integer, ManagedChannel> channels = new TreeMap<>();
  private final Map<Integer, FoundingAnswer> answers = new TreeMap<>();
  private volatile @Nullable FoundingRecord record;
  private int rounds;

  /** Requests to vacate that have no answer yet; one round of them at a time. */
  private int vacating;

  /** The disk has its record, but not its term and vote any more. */
  private boolean forgotten;

  QuorumFounding(
      Path directory,
      Hello hello,
      List<NodeConfig.Member> members,
      RatisMetadata metadata,
      Function<String, ManagedChannel> newChannel,
      ScheduledExecutorService timer,
      FailStop failStop) {
    this.directory = directory;
    this.hello = hello;
    this.metadata = metadata;
    this.newChannel = newChannel;
    this.timer = timer;
    this.failStop = failStop;
    self = members.stream().filter(m -> m.nodeId() == hello.getNodeId()).findFirst().orElseThrow();
    others = members.stream().filter(m -> m.nodeId() != hello.getNodeId()).toList();
    metadata.whenForgotten(() -> later(this::onForgotten, 0));
  }

  /** Starts the member at once when its disk tells how, or when there is nobody to ask. */
  void beginIfKnown() throws IOException {
    FoundingRecord known = FoundingRecord.readOrNull(directory);
    if (known == null && (others.isEmpty() || holdsAnOlderQuorum())) {
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
      later(this::ask, 0);
    } else if (known.joined()) {
      later(this::maybeTakeSeat, 0);
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
    return FoundingAnswer.newBuilder().setFounding(founding).setStoreId(hello.getStoreId()).build();
  }

  // Who is there?

  private void ask() {
    if (++rounds % ROUNDS_PER_COMPLAINT == 0) {
      LOG.warn(
          "The metadata quorum waits for an answer of {}: a new cluster begins when all its members"
              + " have been started",
          others.stream().filter(m -> !answers.containsKey(m.nodeId())).toList());
    }
    answers.clear();
    for (NodeConfig.Member other : others) {
      peer(other, ANSWER_SECONDS)
          .askFounding(
              FoundingRequest.newBuilder().setFrom(helloTo(other)).build(),
              new Answer<>(answer -> onAnswer(other, answer), () -> {}));
    }
    later(this::maybeAskAgain, AGAIN_MILLIS);
  }

  private void maybeAskAgain() {
    if (record == null) {
      ask();
    }
  }

  private void onAnswer(NodeConfig.Member other, FoundingAnswer answer) {
    if (record != null) {
      return;
    }
    switch (answer.getFounding()) {
      case FOUNDING_WITHOUT_ASKER -> maybeVacate();
      case FOUNDING_NOT_BEGUN, FOUNDING_WITH_ASKER -> {
        answers.put(other.nodeId(), answer);
        if (answers.size() == others.size()) {
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

  private void decide(FoundingRecord decided) {
    try {
      decided.write(directory);
      record = decided;
      if (decided.joined()) {
        metadata.discard();
      } else {
        close();
      }
      run(decided);
    } catch (IOException failed) {
      failStop.fail("The cluster's metadata cannot be opened", failed);
    }
  }

  // The seat of a lost disk

  private void onForgotten() {
    forgotten = true;
    if (others.isEmpty()) {
      failStop.fail(
          "The cluster's metadata cannot be opened",
          new IOException(
              "the term and the vote in " + directory + " are lost, and there is no other member"));
    } else {
      LOG.warn(
          "The disk has lost the term and the vote of this member of the metadata quorum, which a full"
              + " disk may do: it joins anew");
      vacateUntilDone();
    }
  }

  private void vacateUntilDone() {
    if (forgotten) {
      maybeVacate();
      later(this::vacateUntilDone, AGAIN_MILLIS);
    }
  }

  private void maybeVacate() {
    if (vacating > 0) {
      return;
    }
    vacating = others.size();
    for (NodeConfig.Member other : others) {
      peer(other, SEAT_SECONDS)
          .vacateSeat(
              SeatRequest.newBuilder().setFrom(helloTo(other)).build(),
              new Answer<>(this::onVacated, () -> vacating = Math.max(0, vacating - 1)));
    }
  }

  private void onVacated(SeatAnswer answer) {
    if (record == null || forgotten) {
      forgotten = false;
      vacating = 0;
      LOG.info("The quorum is older than what this disk has of it: this node joins it");
      decide(new FoundingRecord(true, Map.of()));
      maybeTakeSeat();
    }
  }

  private void maybeTakeSeat() {
    if (metadata.members().stream().anyMatch(member -> member.nodeId() == self.nodeId())) {
      LOG.info("This node is a member of the metadata quorum");
      close();
      return;
    }
    for (NodeConfig.Member other : others) {
      peer(other, SEAT_SECONDS)
          .takeSeat(
              SeatRequest.newBuilder()
                  .setFrom(helloTo(other))
                  .setHost(self.peer().host())
                  .setPort(self.metadataPort())
                  .build(),
              new Answer<>(answer -> {}, () -> {}));
    }
    later(this::maybeTakeSeat, AGAIN_MILLIS * 3);
  }

  // Talking

  private PeerGrpc.PeerStub peer(NodeConfig.Member other, long seconds) {
    ManagedChannel channel =
        channels.computeIfAbsent(
            other.nodeId(), nodeId -> newChannel.apply(other.peer().toString()));
    return PeerGrpc.newStub(channel).withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  private Hello helloTo(NodeConfig.Member other) {
    return hello.toBuilder().setToNodeId(other.nodeId()).build();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the tasks handle their failures
  private void later(Runnable task, long millis) {
    try {
      timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nobody is asked any more");
    }
  }

  void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }

  /** Hands an answer to the timer; one that failed is asked for again anyway. */
  private final class Answer<T> implements StreamObserver<T> {
    private final Consumer<T> then;
    private final Runnable otherwise;

    Answer(Consumer<T> then, Runnable otherwise) {
      this.then = then;
      this.otherwise = otherwise;
    }

    @Override
    public void onNext(T answer) {
      later(() -> then.accept(answer), 0);
    }

    @Override
    public void onError(Throwable failed) {
      LOG.debug("Another member of the metadata quorum: {}", failed.getMessage());
      later(otherwise, 0);
    }

    @Override
    public void onCompleted() {}
  }
}
