package io.cairn.replication.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * One run: clients that write and read, a node that crashes and comes back, first under faults,
 * then in peace until every client is done and everything rests. After every event the {@link
 * Checker} looks at all of it.
 */
public final class Simulation {
  private static final int OPERATIONS = 240;
  private static final int MAX_EVENTS = 200_000;
  private static final long FAULTS_END_MICROS = 150_000;

  /** No stall and no late report takes longer. */
  private static final long REST_MICROS = 40_000;

  /** Something that happens at a time; events of the same time in the order of their numbers. */
  private record Event(long micros, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(micros, other.micros);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /**
   * What a run came to.
   *
   * @param confirmedWrites by at least one answer
   * @param crashes of the node, those after a failed disk included
   * @param stops of the node in order
   * @param overloads writes and reads that were refused because a limit was met
   */
  public record Summary(
      long events,
      int operations,
      int confirmedWrites,
      int reads,
      int crashes,
      int stops,
      int overloads) {}

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Transcript transcript;
  private final List<SimulatedClient> clients = new ArrayList<>();
  final Chance chance;
  final Checker checker;
  private final SimulatedNode node;
  private Faults faults;
  private long nowMicros;
  private long scheduled;
  private long handled;

  public Simulation(long seed, Parts parts, Transcript transcript) {
    this.transcript = transcript;
    chance = new Chance(seed);
    faults = Faults.draw(chance);
    checker = new Checker();
    log(() -> "seed " + seed + ", " + faults);
    node = new SimulatedNode(this, parts);
    int each = OPERATIONS / faults.clients();
    for (int i = 1; i <= faults.clients(); i++) {
      clients.add(new SimulatedClient(this, i, chance.between(each / 2, each * 3 / 2)));
    }
  }

  /**
   * @throws AssertionError when anything was seen that must not be
   */
  public Summary run() {
    node.start();
    clients.forEach(SimulatedClient::start);
    while (nowMicros < FAULTS_END_MICROS && !clientsAreDone()) {
      handleOne();
    }
    log(() -> "faults end");
    faults = faults.none();
    node.endFaults();
    while (!clientsAreDone()) {
      handleOne();
    }
    // What is still open now has been asked again in vain, and nobody but the checker would see it.
    long end = nowMicros + REST_MICROS;
    while (nowMicros < end) {
      handleOne();
    }
    checker.checkAtEnd();
    return checker.summary(handled);
  }

  private void handleOne() {
    Event event = events.poll();
    Checker.require(event != null && handled++ < MAX_EVENTS, "clients wait for ever", handled);
    nowMicros = event.micros;
    event.action.run();
    checker.checkAlways();
  }

  private boolean clientsAreDone() {
    return clients.stream().allMatch(SimulatedClient::done);
  }

  Faults faults() {
    return faults;
  }

  long nowMicros() {
    return nowMicros;
  }

  void log(Supplier<String> text) {
    transcript.line(nowMicros, text);
  }

  void schedule(long afterMicros, Runnable action) {
    events.add(new Event(nowMicros + afterMicros, scheduled++, action));
  }

  /** A message from a client to the node or back; it may be late, overtaken or lost. */
  void deliver(Runnable arrival) {
    if (chance.perMille(faults.lostMessage())) {
      return;
    }
    boolean late = chance.perMille(faults.lateMessage());
    schedule(late ? chance.between(1_000, 20_000) : chance.between(20, 200), arrival);
  }

  void send(Request request) {
    deliver(() -> node.receive(request));
  }
}
