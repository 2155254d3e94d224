package io.cairn.replication.simulator;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Links between nodes, from them to the metadata's authority ({@link #AUTHORITY}), and from
 * clients. Each direction may be blocked by itself. Nodes talk over connections, which belong to
 * one process at each end; whatever is sent may be lost, doubled or overtaken all the same.
 */
final class Network {
  static final int AUTHORITY = 0;

  private record Pair(int low, int high) implements Comparable<Pair> {
    static Pair of(int a, int b) {
      return new Pair(Math.min(a, b), Math.max(a, b));
    }

    @Override
    public int compareTo(Pair other) {
      return low != other.low ? Integer.compare(low, other.low) : Integer.compare(high, other.high);
    }
  }

  private record Connection(SimulatedProcess dialer, SimulatedProcess other) {
    @Nullable SimulatedProcess peerOf(SimulatedProcess process) {
      return process == dialer ? other : process == other ? dialer : null;
    }
  }

  private final Simulation simulation;
  private final long[][] blockedUntilMicros;
  private final TreeMap<Pair, Connection> connections = new TreeMap<>();

  Network(Simulation simulation, int nodes) {
    this.simulation = simulation;
    blockedUntilMicros = new long[nodes + 1][nodes + 1];
  }

  // Links

  void block(int from, int to, long micros) {
    long until = simulation.nowMicros() + micros;
    blockedUntilMicros[from][to] = Math.max(blockedUntilMicros[from][to], until);
  }

  void unblockAll() {
    for (long[] row : blockedUntilMicros) {
      java.util.Arrays.fill(row, 0);
    }
  }

  private boolean isOpen(int from, int to) {
    return blockedUntilMicros[from][to] <= simulation.nowMicros();
  }

  /** Over a link; on arrival, if it comes to that. */
  void deliver(int from, int to, Runnable arrival) {
    deliverOnce(from, to, arrival);
    if (simulation.chance.perMille(simulation.faults().doubledMessage())) {
      deliverOnce(from, to, arrival);
    }
  }

  private void deliverOnce(int from, int to, Runnable arrival) {
    if (isOpen(from, to)) {
      deliver(
          () -> {
            if (isOpen(from, to)) {
              arrival.run();
            }
          });
    }
  }

  /** A message from a client or to one: no link of these is ever blocked. */
  void deliver(Runnable arrival) {
    Chance chance = simulation.chance;
    if (chance.perMille(simulation.faults().lostMessage())) {
      return;
    }
    boolean late = chance.perMille(simulation.faults().lateMessage());
    simulation.schedule(late ? chance.between(1_000, 400_000) : chance.between(20, 500), arrival);
  }

  // Connections

  /** A process looks for others; two that do it at the same time get one connection. */
  void dial(SimulatedProcess dialer) {
    for (SimulatedNode node : simulation.nodes()) {
      SimulatedProcess other = node.processOrNull();
      int from = dialer.nodeId();
      if (other == null || other == dialer || !other.isListening()) {
        continue;
      }
      Pair pair = Pair.of(from, node.id());
      if (!connections.containsKey(pair) && isOpen(from, node.id()) && isOpen(node.id(), from)) {
        Connection connection = new Connection(dialer, other);
        connections.put(pair, connection);
        tell(dialer, () -> new Input.PeerConnected(other.self()), 2_000);
        tell(other, () -> new Input.PeerConnected(dialer.self()), 2_000);
      }
    }
  }

  private void tell(
      SimulatedProcess process, java.util.function.Supplier<Input> input, int maxMicros) {
    process.schedule(simulation.chance.between(100, maxMicros), () -> process.hear(input.get()));
  }

  /** Both ends get to know, each in its time. */
  void breakConnection(int a, int b) {
    Connection connection = connections.remove(Pair.of(a, b));
    if (connection != null) {
      for (SimulatedProcess end : new SimulatedProcess[] {connection.dialer, connection.other}) {
        SimulatedProcess peer = connection.peerOf(end);
        if (peer != null && end.isUp()) {
          ProcessId gone = peer.self();
          tell(end, () -> new Input.PeerDisconnected(gone), lateness());
          end.hint(gone);
        }
      }
    }
  }

  private int lateness() {
    boolean late = simulation.chance.perMille(simulation.faults().lateReport());
    return late ? 1_500_000 : 3_000;
  }

  void onEnd(SimulatedProcess process) {
    for (SimulatedNode node : simulation.nodes()) {
      Connection connection = connections.get(Pair.of(process.nodeId(), node.id()));
      if (connection != null && connection.peerOf(process) != null) {
        breakConnection(process.nodeId(), node.id());
      }
    }
  }

  void send(SimulatedProcess from, ProcessId to, PeerMessage message) {
    Connection connection = connections.get(Pair.of(from.nodeId(), to.nodeId()));
    SimulatedProcess peer = connection == null ? null : connection.peerOf(from);
    if (peer == null || !peer.self().equals(to)) {
      return;
    }
    ProcessId sender = from.self();
    deliver(
        from.nodeId(),
        to.nodeId(),
        () -> peer.schedule(0, () -> peer.hear(new Input.Received(sender, message))));
  }
}
