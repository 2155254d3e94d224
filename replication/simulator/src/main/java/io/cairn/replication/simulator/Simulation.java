package io.cairn.replication.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * One run: clients that write and read, a node that crashes and comes back, first under faults,
 * then in peace until every client is done. After every event the {@link Checker} looks at all of
 * it.
 */
public final class Simulation {
  private static final int CLIENTS = 6;
  private static final int MAX_EVENTS = 200_000;
  private static final long FAULTS_END_MICROS = 150_000;

  /** Something that happens at a time; events of the same time in the order of their numbers. */
  private record Event(long micros, long number, Runnable action) {
    static final Comparator<Event> ORDER =
        Comparator.comparingLong(Event::micros).thenComparingLong(Event::number);
  }

  /**
   * What a run came to.
   *
   * @param confirmedWrites by at least one answer
   * @param crashes of the node, those after a failed disk included
   */
  public record Summary(long events, int operations, int confirmedWrites, int reads, int crashes) {}

  private final PriorityQueue<Event> events = new PriorityQueue<>(Event.ORDER);
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
    for (int i = 1; i <= CLIENTS; i++) {
      clients.add(new SimulatedClient(this, i, chance.between(20, 60)));
    }
  }

  /**
   * @throws AssertionError when anything was seen that must not be
   */
  public Summary run() {
    node.start();
    clients.forEach(SimulatedClient::start);
    schedule(FAULTS_END_MICROS, this::endFaults);
    boolean done = false;
    while (!done) {
      Event event = events.poll();
      checker.require(event != null && handled++ < MAX_EVENTS, "clients wait for ever", handled);
      if (event != null) {
        nowMicros = event.micros;
        event.action.run();
        checker.checkAlways();
      }
      done = nowMicros >= FAULTS_END_MICROS && clients.stream().allMatch(SimulatedClient::done);
    }
    checker.checkAtEnd();
    return checker.summary(handled);
  }

  private void endFaults() {
    log(() -> "faults end");
    faults = Faults.none(faults.options());
    node.endFaults();
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
