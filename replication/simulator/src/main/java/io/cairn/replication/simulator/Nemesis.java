package io.cairn.replication.simulator;

import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.PendingMembership;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;

/** The great faults: each run knows some of them, and does one of these now and then. */
final class Nemesis {

  /** What it can do. */
  enum Kind {
    CRASH,
    CRASH_LEADER,
    CRASH_ALL,
    STOP,
    WIPE,
    PAUSE,
    PAUSE_LEADER,
    ISOLATE,
    ISOLATE_LEADER,
    ONE_WAY,
    SPLIT,
    BREAK_CONNECTION,
    CONTROLLER_AWAY,
    CUT_OFF_FROM_CONTROLLER,
    CUT_OFF_LEADER_FROM_CONTROLLER,
    SPLIT_AROUND_LEADER
  }

  private final Simulation simulation;
  private final World world;
  private final Chance chance;
  private final List<Kind> kinds;

  Nemesis(Simulation simulation, World world) {
    this.simulation = simulation;
    this.world = world;
    chance = simulation.chance;
    kinds = List.copyOf(new ArrayList<>(new java.util.TreeSet<>(world.kinds())));
  }

  void start() {
    if (!kinds.isEmpty()) {
      simulation.schedule(chance.between(1, world.nemesisMicros()), this::strike);
    }
  }

  private void strike() {
    if (simulation.isLiveness()) {
      return;
    }
    Kind kind = chance.pick(kinds);
    simulation.log(() -> "nemesis: " + kind);
    strike(kind);
    start();
  }

  private void strike(Kind kind) {
    switch (kind) {
      case CRASH -> anyNode().crash();
      case CRASH_LEADER -> leader().crash();
      case CRASH_ALL -> simulation.nodes().forEach(SimulatedNode::crash);
      case STOP -> stop(anyNode());
      case WIPE -> maybeWipe(anyNode());
      case PAUSE -> pause(anyNode());
      case PAUSE_LEADER -> pause(leader());
      case ISOLATE -> isolate(anyNode());
      case ISOLATE_LEADER -> isolate(leader());
      case ONE_WAY -> oneWay();
      case SPLIT -> split();
      case BREAK_CONNECTION -> simulation.network.breakConnection(anyNode().id(), anyNode().id());
      case CONTROLLER_AWAY -> simulation.authority.goAway(duration());
      case CUT_OFF_FROM_CONTROLLER -> cutOffFromController(anyNode().id(), duration());
      case CUT_OFF_LEADER_FROM_CONTROLLER -> cutOffFromController(leader().id(), duration());
      case SPLIT_AROUND_LEADER -> splitAroundLeader();
    }
  }

  private int duration() {
    return chance.coin() ? chance.between(20_000, 300_000) : chance.between(300_000, 3_000_000);
  }

  private SimulatedNode anyNode() {
    return chance.pick(simulation.nodes());
  }

  private SimulatedNode leader() {
    ShardMetadata shard = simulation.shardOrNull();
    return shard == null || !shard.hasLeader() ? anyNode() : simulation.node(shard.leader());
  }

  private static void stop(SimulatedNode node) {
    SimulatedProcess process = node.processOrNull();
    if (process != null) {
      process.schedule(0, () -> process.shutdown().begin());
    }
  }

  private void pause(SimulatedNode node) {
    simulation.counts.pauses++;
    node.pause(duration());
  }

  /** Never so that what is committed is on no disk any more. */
  private void maybeWipe(SimulatedNode node) {
    if (world.givesUp()) {
      node.wipe();
      return;
    }
    List<List<IsrMember>> isrs = new ArrayList<>(simulation.truth.possibleIsrs());
    ShardMetadata shard = simulation.shardOrNull();
    if (shard != null && shard.pending() != null) {
      isrs.add(onceReplaced(shard.isr(), shard.pending()));
    }
    for (List<IsrMember> isr : isrs) {
      boolean safe =
          isr.stream()
              .anyMatch(
                  member ->
                      member.nodeId() != node.id()
                          && simulation.node(member.nodeId()).holds(member));
      if (!safe) {
        return;
      }
    }
    node.wipe();
  }

  /** What is acknowledged already may be agreed while the disk is being lost. */
  private List<IsrMember> onceReplaced(List<IsrMember> isr, PendingMembership pending) {
    List<IsrMember> after = new ArrayList<>(isr);
    after.removeIf(member -> member.nodeId() == pending.removing());
    after.add(new IsrMember(pending.adding(), simulation.node(pending.adding()).disk().storeId));
    return after;
  }

  // Partitions

  private void isolate(SimulatedNode node) {
    int micros = duration();
    for (SimulatedNode other : simulation.nodes()) {
      cut(node.id(), other.id(), micros);
    }
    if (chance.coin()) {
      cutOffFromController(node.id(), micros);
    }
  }

  private void oneWay() {
    int micros = duration();
    int from = anyNode().id();
    for (SimulatedNode to : simulation.nodes()) {
      if (to.id() != from && chance.coin()) {
        simulation.network.block(from, to.id(), micros);
        maybeNotice(from, to.id(), micros);
      }
    }
    if (chance.perMille(300)) {
      simulation.network.block(from, Network.AUTHORITY, micros);
    } else if (chance.perMille(300)) {
      simulation.network.block(Network.AUTHORITY, from, micros);
    }
  }

  private void split() {
    int micros = duration();
    List<SimulatedNode> left = new ArrayList<>();
    List<SimulatedNode> right = new ArrayList<>();
    for (SimulatedNode node : simulation.nodes()) {
      (chance.coin() ? left : right).add(node);
    }
    for (SimulatedNode one : left) {
      for (SimulatedNode other : right) {
        cut(one.id(), other.id(), micros);
      }
      if (chance.perMille(300)) {
        cutOffFromController(one.id(), micros);
      }
    }
  }

  /** The leader keeps some of the others; it does not hear the controller, nor may they. */
  private void splitAroundLeader() {
    int micros = chance.between(500_000, 4_000_000);
    SimulatedNode leader = leader();
    List<SimulatedNode> left = new ArrayList<>(List.of(leader));
    List<SimulatedNode> right = new ArrayList<>();
    for (SimulatedNode node : simulation.nodes()) {
      if (node != leader) {
        (chance.coin() ? left : right).add(node);
      }
    }
    boolean all = chance.perMille(700);
    for (SimulatedNode one : left) {
      if (all || one == leader) {
        cutOffFromController(one.id(), micros);
      }
      for (SimulatedNode other : right) {
        cut(one.id(), other.id(), micros);
      }
    }
  }

  private void cut(int a, int b, int micros) {
    if (a != b) {
      simulation.counts.partitions++;
      simulation.network.block(a, b, micros);
      simulation.network.block(b, a, micros);
      maybeNotice(a, b, micros);
    }
  }

  /** A connection over which nothing comes is given up after a while. */
  private void maybeNotice(int a, int b, int micros) {
    int keepAlive = chance.between(100_000, 1_500_000);
    if (keepAlive < micros) {
      simulation.schedule(keepAlive, () -> simulation.network.breakConnection(a, b));
    }
  }

  private void cutOffFromController(int node, int micros) {
    simulation.network.block(node, Network.AUTHORITY, micros);
    simulation.network.block(Network.AUTHORITY, node, micros);
  }
}
