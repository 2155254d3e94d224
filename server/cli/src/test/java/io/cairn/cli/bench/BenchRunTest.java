package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.client.ConsistencyLevel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs in virtual time. */
class BenchRunTest {

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A node that answers after a millisecond, but nothing between the first and second second. */
  private static FakeNode stallingNode() {
    return new FakeNode(
        now -> now + MILLI >= SECOND && now < 2 * SECOND ? 2 * SECOND : now + MILLI);
  }

  static Workload workload(String mix) {
    return new Workload(
        Mix.parse(mix, ConsistencyLevel.STRONG),
        new KeySpace("bench/".getBytes(StandardCharsets.US_ASCII), 1_000, 16),
        KeyOrder.UNIFORM,
        new ValueSource(new SizeRange(10, 20), 1),
        1);
  }

  private static BenchRun run(
      FakeNode node, Schedule schedule, int inFlight, int warmUpSeconds, int seconds) {
    return new BenchRun(
        new BenchRun.Plan(schedule, inFlight, warmUpSeconds * SECOND, seconds * SECOND),
        workload("get=50,put=50"),
        node,
        node);
  }

  /** Of the operations of the second in which the node stalls nearly each waited part of it. */
  @Test
  void inTheOpenLoopTheWaitForRoomCounts() {
    FakeNode node = stallingNode();

    BenchResult result = run(node, new Schedule.Open(1_000), 10, 0, 4).run();

    Latencies latencies = result.latencies();
    assertThat(latencies.count()).isEqualTo(4_000);
    assertThat(result.unsent()).isZero();
    assertThat(node.mostUnderWay).isEqualTo(10);
    assertThat(latencies.maxNanos()).isBetween(990 * MILLI, 1_010 * MILLI);
    assertThat(latencies.percentileNanos(50)).isBetween(MILLI - 1_000, 2 * MILLI);
    assertThat(latencies.percentileNanos(90)).as("a quarter waited").isGreaterThan(500 * MILLI);
    assertThat(result.sendDelays().count()).isEqualTo(4_000);
    assertThat(result.sendDelays().maxNanos()).isGreaterThan(900 * MILLI);
  }

  /** The same node seen by a closed loop, which asks nothing while it stalls. */
  @Test
  void inTheClosedLoopOnlyWhatIsUnderWayWaits() {
    FakeNode node = stallingNode();

    BenchResult result = run(node, new Schedule.Closed(), 10, 0, 4).run();

    Latencies latencies = result.latencies();
    assertThat(latencies.count()).isEqualTo(10 * 3_000);
    assertThat(latencies.percentileNanos(99.9)).isLessThan(2 * MILLI);
    assertThat(latencies.maxNanos()).isGreaterThan(990 * MILLI);
    assertThat(node.mostUnderWay).isEqualTo(10);
    assertThat(result.sendDelays().count()).isZero();
    assertThat(result.unsent()).isZero();
  }

  @Test
  void throughputIsASeriesAndTheStallIsInIt() {
    BenchResult result = run(stallingNode(), new Schedule.Open(1_000), 10, 0, 4).run();

    assertThat(result.seconds()).isEqualTo(4);
    assertThat(result.answersBySecond().get(1)).isZero();
    assertThat(result.answersBySecond().get(0)).isBetween(985L, 1_000L);
    assertThat(result.answersInWindow())
        .isEqualTo(result.answersBySecond().stream().mapToLong(Long::longValue).sum())
        .isBetween(3_990L, 4_000L);
  }

  @Test
  void whatWasDueAndNotSentIsCounted() {
    // 4 in flight of 8 ms each: 500 a second
    BenchResult result =
        run(new FakeNode(now -> now + 8 * MILLI), new Schedule.Open(1_000), 4, 0, 2).run();

    assertThat(result.latencies().count()).isEqualTo(1_000);
    assertThat(result.unsent()).isEqualTo(1_000);
  }

  /** All that is sent in the window was due long before; a result without it would be empty. */
  @Test
  void whatTheWarmUpCouldNotSendIsMeasuredWhenItIsSent() {
    BenchResult result =
        run(new FakeNode(now -> now + 8 * MILLI), new Schedule.Open(1_000), 4, 1, 2).run();

    assertThat(result.latencies().count()).isEqualTo(1_000);
    assertThat(result.latencies().percentileNanos(0)).isGreaterThan(450 * MILLI);
    assertThat(result.latencies().maxNanos()).isGreaterThan(1_400 * MILLI);
    assertThat(result.unsent()).isEqualTo(1_500);
  }

  @Test
  void theWarmUpIsNotMeasured() {
    FakeNode node = new FakeNode(now -> now + (now < 2 * SECOND ? 100 * MILLI : MILLI));

    BenchResult result = run(node, new Schedule.Open(100), 50, 2, 3).run();

    assertThat(node.requests).hasSize(500);
    assertThat(result.latencies().count()).isEqualTo(300);
    assertThat(result.latencies().maxNanos()).isLessThan(2 * MILLI);
    assertThat(result.windowNanos()).isEqualTo(3 * SECOND);
    assertThat(result.interrupted()).isFalse();
  }

  @Test
  void aRunThatIsStoppedTellsOfTheTimeBefore() {
    FakeNode node = new FakeNode(now -> now + MILLI);
    BenchRun run = run(node, new Schedule.Open(100), 10, 1, 60);
    node.onSend(
        () -> {
          if (node.requests.size() == 1_051) {
            run.stop();
          }
        });

    BenchResult result = run.run();

    assertThat(result.interrupted()).isTrue();
    assertThat(result.windowNanos()).isEqualTo(9_500 * MILLI);
    assertThat(result.answersBySecond()).hasSize(9).containsOnly(100L);
    assertThat(result.latencies().count()).as("the last one's answer is waited for").isEqualTo(951);
    assertThat(result.answersInWindow()).isEqualTo(950);
    assertThat(result.unsent()).isZero();
  }

  @Test
  void aRunThatIsStoppedInItsWarmUpMeasuredNothing() {
    FakeNode node = new FakeNode(now -> now + MILLI);
    BenchRun run = run(node, new Schedule.Closed(), 10, 10, 10);
    node.onSend(run::stop);

    BenchResult result = run.run();

    assertThat(result.windowNanos()).isZero();
    assertThat(result.latencies().count()).isZero();
  }

  @Test
  void fewerScansThanOtherOperationsAreUnderWay() {
    FakeNode node = new FakeNode(now -> now + MILLI);

    new BenchRun(
            new BenchRun.Plan(new Schedule.Closed(), 1_000, 0, SECOND / 10),
            workload("scan=100"),
            node,
            node)
        .run();

    assertThat(node.mostUnderWay).isEqualTo(ClientTarget.MAX_SCANS);
  }

  @Test
  void theSameSeedSendsTheSame() {
    FakeNode one = new FakeNode(now -> now + MILLI);
    FakeNode other = new FakeNode(now -> now + 3 * MILLI);

    run(one, new Schedule.Open(100), 10, 0, 1).run();
    run(other, new Schedule.Open(100), 10, 0, 1).run();

    assertThat(one.requests).usingRecursiveComparison().isEqualTo(other.requests);
    assertThat(one.requests)
        .allSatisfy(
            request -> {
              boolean put = request.share().kind() == OperationKind.PUT;
              assertThat(request.value()).hasSizeBetween(put ? 10 : 0, put ? 20 : 0);
            });
  }
}
