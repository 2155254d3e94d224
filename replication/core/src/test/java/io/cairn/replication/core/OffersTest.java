package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of EVENTUAL writes that a failover has cut off. */
class OffersTest {
  private static final ProcessId ONE = TestMetadata.process(1);
  private static final ProcessId TWO = TestMetadata.process(2);
  private static final List<ProcessId> BOTH = List.of(ONE, TWO);
  private static final ReplicaOptions OPTIONS =
      new ReplicaOptions(1000, 10_000, 8, 100, 1000, 10_000);
  private static final Input TICK = new Input.Tick(0);

  private final List<Effect> effects = new ArrayList<>();
  private final List<LogRecord> log = new ArrayList<>();

  private List<Effect> step(Replica replica, Input input) {
    effects.clear();
    replica.step(input, effects::add);
    return List.copyOf(effects);
  }

  private static byte[] put(String key, String value) {
    byte[] operation = Operation.put(text(key), text(value), Operation.NO_CLIENT, 0);
    Operation.markOfferable(operation);
    return operation;
  }

  private static byte[] clear(String start, String end) {
    byte[] operation = Operation.deleteRange(text(start), text(end), Operation.NO_CLIENT, 0);
    Operation.markOfferable(operation);
    return operation;
  }

  private static Operation.ByteSource text(String text) {
    return Operation.ByteSource.of(text.getBytes(UTF_8));
  }

  private static OfferedWrite write(long offset, byte[] operation) {
    return new OfferedWrite(1, offset, operation);
  }

  /** What effects append goes into a log that reads find. */
  private List<Effect> appended(List<Effect> from) {
    for (Effect effect : from) {
      if (effect instanceof Effect.Append append) {
        log.add(append.record());
      }
    }
    return from;
  }

  private List<Effect> propose(Replica replica, byte[] operation) {
    Proposal proposal =
        new Proposal(operation, Consistency.EVENTUAL, Operation.NO_CLIENT, 0, 0, true, "w");
    return appended(step(replica, new Input.Propose(List.of(proposal), 0)));
  }

  /** Node one leads alone in epoch 2, and its log begins with that. */
  private Replica leader(ReplicaOptions options) {
    Replica leader = new Replica(ONE, 0, options, Start.empty());
    ClusterMetadata alone = TestMetadata.of(1, 2, 1, BOTH, List.of(ONE));
    appended(step(leader, new Input.MetadataChanged(alone, 0)));
    commit(leader, 1);
    return leader;
  }

  private List<Effect> commit(Replica leader, long endOffset) {
    List<Effect> all = new ArrayList<>(step(leader, new Input.LogDurable(0, endOffset, 0)));
    all.addAll(step(leader, new Input.Applied(endOffset)));
    return all;
  }

  private List<Effect> offer(Replica leader, long number, OfferedWrite... writes) {
    return step(
        leader, new Input.Received(TWO, new PeerMessage.Offer(2, number, 0, List.of(writes))));
  }

  private List<Effect> logRead(Replica leader, long from) {
    List<LogRecord> records = log.stream().filter(r -> r.baseOffset() >= from).toList();
    return step(leader, new Input.LogRead(ONE, from, records));
  }

  private static List<PeerMessage> sent(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(effect -> ((Effect.Send) effect).message())
        .filter(m -> m instanceof PeerMessage.OfferAnswer || m instanceof PeerMessage.Offer)
        .toList();
  }

  private static PeerMessage answer(long number, Long... placed) {
    return new PeerMessage.OfferAnswer(2, number, false, List.of(placed));
  }

  @Test
  void whatNothingNewerHasChangedBecomesAWriteAndIsAnsweredOnceItIsCommitted() {
    Replica leader = leader(OPTIONS);
    assertThat(offer(leader, 7, write(5, put("a", "old")), write(6, put("b", "old"))))
        .containsExactly(new Effect.ReadLog(ONE, 0, OPTIONS.replication().readBytes()));
    propose(leader, put("b", "new"));
    assertThat(sent(logRead(leader, 0))).isEmpty();
    List<Effect> placed = appended(step(leader, TICK));
    assertThat(sent(placed)).isEmpty();
    assertThat(log).hasSize(3);
    assertThat(leader.pendingTail().newestOrNull(Key.of("a".getBytes(UTF_8)))).isNotNull();
    assertThat(sent(commit(leader, 3))).containsExactly(answer(7, 5L));
  }

  @Test
  void whatTheLogHasOfTheKeyAlreadyIsNewer() {
    Replica leader = leader(OPTIONS);
    propose(leader, put("a", "new"));
    propose(leader, clear("m", "p"));
    commit(leader, 3);
    offer(leader, 1, write(5, put("a", "old")), write(6, put("n", "old")));
    assertThat(sent(logRead(leader, 0))).containsExactly(answer(1));
    assertThat(log).hasSize(3);
  }

  @Test
  void whatOnlyGathersIsNewerToo() {
    ReplicaOptions oneAtATime = new ReplicaOptions(1000, 10_000, 1, 100, 1000, 10_000);
    Replica leader = leader(oneAtATime);
    propose(leader, put("x", "in the log"));
    propose(leader, put("a", "gathered"));
    assertThat(log).hasSize(2);
    offer(leader, 1, write(5, put("a", "old")));
    assertThat(sent(effects)).containsExactly(answer(1));
  }

  @Test
  void anOfferWaitsForRoom() {
    ReplicaOptions narrow = new ReplicaOptions(400, 400, 8, 100, 1000, 10_000);
    Replica leader = leader(narrow);
    propose(leader, put("x", "y".repeat(200)));
    offer(leader, 1, write(5, put("a", "old")));
    logRead(leader, 0);
    appended(step(leader, TICK));
    assertThat(log).hasSize(2);
    commit(leader, 2);
    step(leader, new Input.LogSpaceChanged(LogSpace.DELETES_ONLY));
    appended(step(leader, TICK));
    assertThat(log).hasSize(2);
    step(leader, new Input.LogSpaceChanged(LogSpace.AVAILABLE));
    appended(step(leader, TICK));
    assertThat(log).hasSize(3);
  }

  @Test
  void whenTheLogIsForgottenNobodyCanTell() {
    Replica leader = leader(OPTIONS);
    offer(leader, 1, write(5, put("a", "old")));
    assertThat(sent(step(leader, new Input.LogRead(ONE, 0, List.of()))))
        .containsExactly(new PeerMessage.OfferAnswer(2, 1, true, List.of()));
  }

  @Test
  void oneOfferIsTakenAfterTheOther() {
    Replica leader = leader(OPTIONS);
    offer(leader, 1, write(5, put("a", "old")));
    assertThat(offer(leader, 1, write(5, put("a", "old")))).isEmpty();
    assertThat(offer(leader, 2, write(9, put("b", "old")))).isEmpty();
  }

  // Who offers

  private static LogRecord record(long baseOffset, byte[]... operations) {
    return LogRecord.of(LogRecord.Type.DATA, 1, baseOffset, 0, 0, List.of(operations));
  }

  @Test
  void ofEachKeyTheNewestIsOfferedAndOnlyWhatMayBe() {
    CutOffWrites cutOff = new CutOffWrites(OPTIONS, 10);
    byte[] strong = Operation.put(text("s"), text("v"), Operation.NO_CLIENT, 0);
    cutOff.add(
        4,
        List.of(
            record(4, put("a", "1"), strong, put("b", "1"), put("m", "1")),
            record(8, put("a", "2"), clear("k", "n"))));
    PeerMessage.Offer offer = Invariant.checkPresent(cutOff.nextOfferOrNull(3), "an offer");
    assertThat(offer.number()).isEqualTo(11);
    assertThat(offer.cutOffset()).isEqualTo(4);
    assertThat(offer.writes()).extracting(OfferedWrite::offset).containsExactly(8L, 6L);
  }

  @Test
  void anOfferIsSentAgainUntilItIsAnswered() {
    CutOffWrites cutOff = new CutOffWrites(OPTIONS, 0);
    cutOff.add(4, List.of(record(4, put("a", "1"), put("b", "1"))));
    PeerMessage.Offer first = Invariant.checkPresent(cutOff.nextOfferOrNull(3), "an offer");
    for (int i = 0; i < OPTIONS.replication().silenceTicks(); i++) {
      assertThat(cutOff.nextOfferOrNull(3)).isNull();
    }
    assertThat(cutOff.nextOfferOrNull(3)).isEqualTo(first);
    cutOff.onAnswer((PeerMessage.OfferAnswer) answer(first.number() - 1, 4L), effects::add);
    assertThat(effects).isEmpty();
    cutOff.onAnswer((PeerMessage.OfferAnswer) answer(first.number(), 5L), effects::add);
    assertThat(effects)
        .containsExactly(
            new Effect.OfferSettled(
                List.of(first.writes().get(1)), List.of(first.writes().get(0)), List.of()));
    assertThat(cutOff.nextOfferOrNull(3)).isNull();
  }

  @Test
  void whatIsCutOffMeanwhileIsOfferedFromTheEarlierCutOn() {
    CutOffWrites cutOff = new CutOffWrites(OPTIONS, 0);
    cutOff.add(4, List.of(record(4, put("a", "1"))));
    PeerMessage.Offer first = Invariant.checkPresent(cutOff.nextOfferOrNull(3), "an offer");
    cutOff.add(9, List.of(record(9, put("a", "2"), put("b", "2"))));
    PeerMessage.Offer second = Invariant.checkPresent(cutOff.nextOfferOrNull(5), "an offer");
    assertThat(second.number()).isGreaterThan(first.number());
    assertThat(second.cutOffset()).isEqualTo(4);
    assertThat(second.writes()).extracting(OfferedWrite::offset).containsExactly(9L, 10L);
  }

  @Test
  void notMoreIsOfferedThanTheLimitHolds() {
    ReplicaOptions narrow = new ReplicaOptions(400, 400, 8, 100, 1000, 10_000);
    CutOffWrites cutOff = new CutOffWrites(narrow, 0);
    cutOff.add(0, List.of(record(0, put("a", "1"), put("b", "1"), put("c", "1"))));
    PeerMessage.Offer offer = Invariant.checkPresent(cutOff.nextOfferOrNull(3), "an offer");
    assertThat(offer.writes()).extracting(OfferedWrite::offset).containsExactly(0L, 1L);
  }

  @Test
  void whoLeadsAgainTakesItsOwn() {
    Replica replica = new Replica(ONE, 0, OPTIONS, Start.empty());
    step(replica, new Input.MetadataChanged(TestMetadata.of(1, 1, 1, BOTH, BOTH), 0));
    step(replica, new Input.LogDurable(0, 1, 0));
    step(replica, new Input.Received(TWO, new PeerMessage.Join(1, 1, List.of(), 0)));
    step(replica, new Input.Received(TWO, new PeerMessage.Ack(1, 1, 1, 0)));
    step(replica, new Input.Applied(1));
    propose(replica, put("a", "old"));
    step(replica, new Input.LogDurable(0, 2, 0));

    List<Effect> joins =
        step(replica, new Input.MetadataChanged(TestMetadata.of(2, 2, 2, BOTH, BOTH), 0));
    PeerMessage.Join join = (PeerMessage.Join) ((Effect.Send) joins.get(0)).message();
    step(replica, new Input.Received(TWO, new PeerMessage.JoinAnswer(2, join.number(), 1, false)));
    step(replica, new Input.LogDurable(1, 1, 0));
    assertThat(replica.status().logEndOffset()).isEqualTo(1);

    ClusterMetadata again = TestMetadata.of(3, 3, 1, BOTH, List.of(ONE));
    log.clear();
    appended(step(replica, new Input.MetadataChanged(again, 0)));
    step(replica, new Input.LogDurable(1, 2, 0));
    step(replica, new Input.Applied(2));
    step(replica, TICK);
    logRead(replica, 1);
    appended(step(replica, TICK));
    assertThat(log).hasSize(2);
    step(replica, new Input.LogDurable(1, 3, 0));
    assertThat(effects)
        .anyMatch(e -> e instanceof Effect.OfferSettled settled && settled.placed().size() == 1);
  }

  /** Found by the simulator: the answer names writes by their offsets. */
  @Test
  void writesOfTwoEpochsThatHadTheSameOffsetAreOfferedOneAfterTheOther() {
    CutOffWrites cutOff = new CutOffWrites(OPTIONS, 0);
    cutOff.add(5, List.of(record(2, 5, put("a", "old")), record(2, 6, put("b", "old"))));
    cutOff.add(5, List.of(record(3, 5, put("c", "old"))));

    assertThat(offers(cutOff))
        .containsExactly("a of offset 5 of epoch 2", "b of offset 6 of epoch 2");
    cutOff.onAnswer(new PeerMessage.OfferAnswer(4, 1, false, List.of(5L)), effects::add);
    assertThat(effects).hasSize(1);
    assertThat(offers(cutOff)).containsExactly("c of offset 5 of epoch 3");
    cutOff.onAnswer(new PeerMessage.OfferAnswer(4, 2, false, List.of()), effects::add);
    assertThat(cutOff.nextOfferOrNull(4)).isNull();
  }

  private static LogRecord record(long epoch, long offset, byte[] operation) {
    return LogRecord.of(LogRecord.Type.DATA, epoch, offset, 0, 0, List.of(operation));
  }

  private static List<String> offers(CutOffWrites cutOff) {
    PeerMessage.Offer offer = cutOff.nextOfferOrNull(4);
    return offer == null ? List.of() : offer.writes().stream().map(OfferedWrite::toString).toList();
  }
}
