package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one thing after the other. A write of its that may carry an id is sent again,
 * with the same id and the same seen offset, until there is an answer that settles it.
 */
final class SimulatedClient {
  private static final String[] KEYS = {"a", "b", "c", "d", "e", "f"};

  private final Simulation simulation;
  private final long id;
  private int operationsLeft;
  private long sequence;
  private long requests;
  private long seenOffset;

  // The operation under way
  private boolean busy;

  /** Sent and not answered. */
  private @Nullable Request request;

  private boolean identified;
  private long operationSeenOffset;

  /** Whether an attempt was left without an answer, so that it may come to be at any time. */
  private boolean maybeUnderWay;

  SimulatedClient(Simulation simulation, long id, int operations) {
    this.simulation = simulation;
    this.id = id;
    operationsLeft = operations;
  }

  boolean done() {
    return operationsLeft == 0 && !busy;
  }

  void start() {
    simulation.schedule(simulation.chance.between(0, 5_000), this::next);
  }

  private void next() {
    request = null;
    busy = operationsLeft > 0;
    if (!busy) {
      return;
    }
    operationsLeft--;
    Chance chance = simulation.chance;
    Consistency consistency = chance.coin() ? Consistency.STRONG : Consistency.EVENTUAL;
    if (chance.perMille(350)) {
      String key = chance.perMille(100) ? null : key();
      send(new Request(this, ++requests, null, key, consistency));
    } else {
      sequence++;
      identified = chance.perMille(800);
      operationSeenOffset = seenOffset;
      maybeUnderWay = false;
      long clientId = identified ? id : Operation.NO_CLIENT;
      send(write(operation(clientId), consistency, true));
    }
  }

  private String key() {
    return KEYS[simulation.chance.between(0, KEYS.length - 1)];
  }

  private byte[] operation(long clientId) {
    int kind = simulation.chance.between(1, 100);
    if (kind <= 70) {
      String value = "v" + id + "." + sequence;
      if (simulation.chance.perMille(100)) {
        value += "x".repeat(simulation.chance.between(0, longestValue() - value.length()));
      }
      return Operation.put(bytes(key()), bytes(value), clientId, sequence);
    } else if (kind <= 95) {
      return Operation.delete(bytes(key()), clientId, sequence);
    }
    String start = simulation.chance.coin() ? "" : key();
    String end = key();
    end = end.compareTo(start) > 0 ? end : "";
    return Operation.deleteRange(bytes(start), bytes(end), clientId, sequence);
  }

  private int longestValue() {
    int head = LogRecord.HEADER_BYTES + Operation.MAX_OVERHEAD_BYTES + 1;
    return simulation.faults().options().maxRecordBytes() - head;
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
    simulation.send(next);
    simulation.schedule(simulation.chance.between(3_000, 8_000), () -> onTimeout(next.number()));
  }

  private void onTimeout(long number) {
    Request late = request;
    if (late == null || late.number() != number) {
      return;
    }
    simulation.log(() -> "client " + id + " #" + number + " timed out");
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
      next();
    }
  }

  void onAnswer(Request.Answer answer) {
    seenOffset = Math.max(seenOffset, answer.seenOffset());
    Request asked = request;
    if (asked == null || asked.number() != answer.number()) {
      return;
    }
    request = null;
    WriteResult result = answer.result();
    if (result instanceof WriteResult.Refused refused) {
      long backoff = simulation.chance.between(300, 3_000);
      simulation.schedule(backoff, () -> afterRefusal(asked, refused.reason()));
    } else if (result instanceof WriteResult.Unknown unknown
        && unknown.reason() == WriteResult.UnknownReason.STOPPED) {
      maybeUnderWay = true;
      again(asked);
    } else {
      simulation.schedule(simulation.chance.between(0, 1_000), this::next);
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
      next();
    } else {
      again(refused);
    }
  }
}
