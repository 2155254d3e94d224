package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.simulator.history.Action;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one thing after the other, at the node that it takes for the leader or, when
 * that does not matter, at any. A write of its that may carry an id is sent again, with the same id
 * and the same seen offset, until there is an answer that settles it.
 */
final class SimulatedClient {
  static final String[] KEYS = {"a", "b", "c", "d", "e", "f"};

  private final Simulation simulation;
  private final Chance chance;
  private final ClientHistory history;
  private final long id;
  private final int pauseMicros;
  private int operationsLeft;
  private long sequence;
  private long requests;
  private long seenOffset;
  private int leader = NodeMetadata.NONE;

  // The operation under way
  private boolean busy;

  /** Sent and not answered. */
  private @Nullable Request request;

  private boolean identified;
  private long operationSeenOffset;

  /** Whether an attempt was left without an answer, so that it may come to be at any time. */
  private boolean maybeUnderWay;

  /**
   * @param pauseMicros that it may take between two bursts
   */
  SimulatedClient(Simulation simulation, long id, int operations, int pauseMicros) {
    this.simulation = simulation;
    this.chance = simulation.chance;
    this.history = new ClientHistory(simulation, id);
    this.id = id;
    this.pauseMicros = pauseMicros;
    operationsLeft = operations;
  }

  boolean done() {
    return operationsLeft == 0 && !busy;
  }

  void start() {
    simulation.schedule(chance.between(0, pauseMicros), this::next);
  }

  private void nextSoon() {
    boolean pause = operationsLeft > 0 && chance.perMille(300) && !simulation.isLiveness();
    simulation.schedule(chance.between(0, pause ? pauseMicros : 3_000), this::next);
  }

  private void next() {
    request = null;
    busy = operationsLeft > 0;
    if (!busy) {
      return;
    }
    operationsLeft--;
    Consistency consistency = chance.coin() ? Consistency.STRONG : Consistency.EVENTUAL;
    maybeUnderWay = false;
    if (chance.perMille(simulation.world.readsPerMille())) {
      String key = chance.perMille(100) ? null : key();
      Consistency level = key == null ? Consistency.STRONG : consistency;
      history.beginRead(key, level);
      send(new Request(this, ++requests, null, key, level));
    } else {
      sequence++;
      identified = chance.perMille(800);
      operationSeenOffset = seenOffset;
      long clientId = identified ? id : Operation.NO_CLIENT;
      byte[] operation = operation(clientId, consistency);
      if (consistency == Consistency.EVENTUAL) {
        Operation.markOfferable(operation);
      }
      send(write(operation, consistency, true));
    }
  }

  private String key() {
    return KEYS[chance.between(0, simulation.world.keys() - 1)];
  }

  private byte[] operation(long clientId, Consistency level) {
    int kind = chance.between(1, 100);
    if (kind <= 75) {
      String value = "v" + id + "." + sequence;
      if (chance.perMille(100)) {
        value += "x".repeat(chance.between(0, longestValue() - value.length()));
      }
      String key = key();
      history.beginWrite(key, Action.write(value), level);
      return Operation.put(bytes(key), bytes(value), clientId, sequence);
    } else if (kind <= 95) {
      String key = key();
      history.beginWrite(key, Action.delete(), level);
      return Operation.delete(bytes(key), clientId, sequence);
    }
    String start = chance.coin() ? "" : key();
    String end = key();
    end = end.compareTo(start) > 0 ? end : "";
    history.beginWrite(start, Action.clear(end.isEmpty() ? null : end), level);
    return Operation.deleteRange(bytes(start), bytes(end), clientId, sequence);
  }

  private int longestValue() {
    int head = LogRecord.HEADER_BYTES + Operation.MAX_OVERHEAD_BYTES + 1;
    return simulation.world.options().maxRecordBytes() - head;
  }

  private static ByteSource bytes(String text) {
    return ByteSource.of(text.getBytes(UTF_8));
  }

  private Request write(byte[] operation, Consistency consistency, boolean firstAttempt) {
    long number = ++requests;
    String name = "client " + id + " #" + number;
    Proposal proposal =
        new Proposal(
            operation,
            consistency,
            identified ? id : Operation.NO_CLIENT,
            sequence,
            operationSeenOffset,
            firstAttempt,
            name);
    return new Request(this, number, proposal, null, consistency);
  }

  private void send(Request next) {
    request = next;
    boolean anywhere = next.proposal() == null && next.consistency() == Consistency.EVENTUAL;
    boolean lost = leader == NodeMetadata.NONE || chance.perMille(20);
    int node = anywhere || lost ? chance.between(1, simulation.world.nodes()) : leader;
    simulation.network.deliver(() -> simulation.node(node).receive(next));
    int timeout =
        chance.coin() ? chance.between(10_000, 100_000) : chance.between(100_000, 900_000);
    simulation.schedule(timeout, () -> onTimeout(next.number()));
  }

  private void onTimeout(long number) {
    Request late = request;
    if (late == null || late.number() != number) {
      return;
    }
    simulation.log(() -> "client " + id + " #" + number + " timed out");
    leader = NodeMetadata.NONE;
    maybeUnderWay = true;
    again(late);
  }

  /** A read is repeated, a write only when it carries an id. */
  private void again(Request old) {
    Proposal proposal = old.proposal();
    if (proposal == null) {
      send(new Request(this, ++requests, null, old.key(), old.consistency()));
    } else if (identified) {
      send(write(proposal.operation(), old.consistency(), false));
    } else {
      history.giveUp(maybeUnderWay);
      next();
    }
  }

  void onAnswer(Request.Answer answer) {
    seenOffset = Math.max(seenOffset, answer.seenOffset());
    if (answer.result() instanceof WriteResult.Refused refused
        && refused.reason() == WriteResult.Refusal.SEEN_OFFSET_TOO_OLD) {
      seenOffset = answer.seenOffset(); // it falls when a leader was forced
    }
    Request asked = request;
    if (asked == null || asked.number() != answer.number()) {
      return;
    }
    request = null;
    WriteResult result = answer.result();
    if (result instanceof WriteResult.Refused refused) {
      boolean elsewhere = refused.reason() == WriteResult.Refusal.NOT_LEADER;
      leader = elsewhere && answer.leader() != answer.node() ? answer.leader() : NodeMetadata.NONE;
      boolean hinted = elsewhere && leader != NodeMetadata.NONE;
      long backoff = hinted ? chance.between(10, 5_000) : chance.between(1_000, 100_000);
      simulation.schedule(backoff, () -> afterRefusal(asked, refused.reason()));
    } else if (result instanceof WriteResult.Unknown unknown
        && unknown.reason() != WriteResult.UnknownReason.OUTSIDE_RETRY_WINDOW) {
      leader = NodeMetadata.NONE;
      maybeUnderWay = true;
      simulation.schedule(chance.between(100, 50_000), () -> again(asked));
    } else {
      history.onAnswer(asked, answer);
      nextSoon();
    }
  }

  private void afterRefusal(Request refused, WriteResult.Refusal reason) {
    Proposal proposal = refused.proposal();
    if (proposal != null && identified && !maybeUnderWay) {
      // No attempt is on its way any more, so this is as good as the first one.
      if (reason == WriteResult.Refusal.SEEN_OFFSET_TOO_OLD) {
        operationSeenOffset = seenOffset;
      }
      send(write(proposal.operation(), refused.consistency(), true));
    } else if (reason == WriteResult.Refusal.SEEN_OFFSET_TOO_OLD) {
      history.giveUp(true);
      next();
    } else {
      again(refused);
    }
  }
}
