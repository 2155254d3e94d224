package io.cairn.replication.simulator;

import io.cairn.replication.core.metadata.ShardMetadata;
import io.cairn.replication.simulator.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a cluster: clients that write and read, nodes that crash and come back, first under
 * faults, then in peace until every client is done and all nodes hold the same. After every step of
 * a replica the checks look at all of it.
 */
public final class Simulation {
  static final int SHARD = 0;

  private static final int MAX_EVENTS = 3_000_000;

  /** Within this time of peace everything must be done. */
  private static final long LIVENESS_MICROS = 60_000_000;

  /** No stall, late report or message takes longer: what is open after it is open for ever. */
  private static final long REST_MICROS = 1_000_000;

  /** Something that happens at a time; events of the same time in the order of their numbers. */
  private record Event(long micros, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(micros, other.micros);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Transcript transcript;
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Operator operator;
  private final Nemesis nemesis;
  final Chance chance;
  final World world;
  final ClusterTruth truth = new ClusterTruth();
  final History history = new History();
  final Counts counts = new Counts();
  final Network network;
  final Authority authority;
  private Faults faults = Faults.none();
  private boolean liveness;
  private long nowMicros;
  private long scheduled;
  private long handled;

  public Simulation(long seed, Parts parts, Transcript transcript) {
    this.transcript = transcript;
    chance = new Chance(seed);
    world = World.draw(chance);
    log(() -> "seed " + seed + ", " + world);
    network = new Network(this, world.nodes());
    authority = new Authority(this, parts, world);
    operator = new Operator(this, world);
    nemesis = new Nemesis(this, world);
    for (int id = 1; id <= world.nodes(); id++) {
      nodes.add(new SimulatedNode(this, parts, id));
    }
    int each = Math.max(1, world.operations() / world.clients());
    for (int i = 1; i <= world.clients(); i++) {
      int operations = chance.between((each + 1) / 2, each * 3 / 2);
      int pause = (int) Math.min(Integer.MAX_VALUE, 4L * world.faultsMicros() / operations);
      clients.add(new SimulatedClient(this, i, operations, Math.min(pause, 2_000_000)));
    }
  }

  /**
   * @throws AssertionError when anything was seen that must not be
   */
  public Summary run() {
    authority.start();
    nodes.forEach(SimulatedNode::start);
    while (!operator.maybeCreateShard()) {
      handleOne();
    }
    runFaults();
    if (truth.isOver()) {
      counts.undecided++;
      return summary();
    }
    liveness = true;
    log(() -> "faults end");
    faults = Faults.none();
    network.unblockAll();
    authority.endFaults();
    nodes.forEach(SimulatedNode::endFaults);
    operator.endFaults();
    runToTheEnd();
    if (truth.isOver()) {
      counts.undecided++;
    } else {
      new FinalChecks(this).check();
    }
    return summary();
  }

  private void runFaults() {
    faults = world.faults();
    clients.forEach(SimulatedClient::start);
    nemesis.start();
    operator.start();
    long end = nowMicros + world.faultsMicros();
    while (nowMicros < end && !clientsAreDone() && !truth.isOver()) {
      handleOne();
    }
  }

  private void runToTheEnd() {
    long end = nowMicros + LIVENESS_MICROS;
    FinalChecks rest = new FinalChecks(this);
    long nextLook = nowMicros;
    long inOrderSince = Long.MAX_VALUE;
    while (!truth.isOver()) {
      handleOne();
      if (nowMicros >= nextLook) {
        nextLook = nowMicros + 50_000;
        String missing = clientsAreDone() ? rest.whatIsMissingOrNull() : "clients wait for ever";
        inOrderSince = missing == null ? Math.min(inOrderSince, nowMicros) : Long.MAX_VALUE;
        if (inOrderSince <= nowMicros - REST_MICROS) {
          return;
        }
        if (missing != null && nowMicros >= end) {
          throw new Failure("in peace: " + missing);
        }
      }
    }
  }

  private void handleOne() {
    Event event = events.poll();
    Failure.require(event != null && handled++ < MAX_EVENTS, "it never ends", handled);
    nowMicros = event.micros;
    event.action.run();
    truth.checkAlways();
  }

  private boolean clientsAreDone() {
    for (SimulatedClient client : clients) {
      if (!client.done()) {
        return false;
      }
    }
    return true;
  }

  Faults faults() {
    return faults;
  }

  /** Whether faults are over. */
  boolean isLiveness() {
    return liveness;
  }

  List<SimulatedNode> nodes() {
    return nodes;
  }

  SimulatedNode node(int id) {
    return nodes.get(id - 1);
  }

  @Nullable ShardMetadata shardOrNull() {
    return authority.metadata().shards().get(SHARD);
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

  private Summary summary() {
    return new Summary(
        handled,
        nowMicros,
        world.replicas(),
        history.operations().size(),
        counts.confirmedWrites,
        truth.leaderships(),
        counts.crashes,
        counts.stops,
        counts.wipes,
        counts.rebuilds,
        counts.partitions,
        counts.pauses,
        counts.cuts,
        counts.offersPlaced,
        counts.offersSuperseded,
        counts.overloads,
        counts.leaseReads,
        counts.forced,
        counts.undecided);
  }
}
