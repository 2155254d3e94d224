package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.Proposal;
import java.util.stream.Collectors;

/**
 * Inputs and effects as lines of a transcript: everything that decides, nothing with an address.
 */
final class Describe {

  private Describe() {}

  static String input(Input input) {
    if (input instanceof Input.Recovered recovered) {
      return "recovered " + operations(recovered.record());
    } else if (input instanceof Input.Propose propose) {
      return propose.proposals().stream()
          .map(Describe::proposal)
          .collect(Collectors.joining(", ", "propose ", ""));
    } else if (input instanceof Input.Read read) {
      return "read " + read.barrier().kind() + " " + read.barrier().offset();
    }
    return input.toString();
  }

  static String effect(Effect effect) {
    if (effect instanceof Effect.Append append) {
      return "append " + operations(append.record());
    } else if (effect instanceof Effect.Apply apply) {
      return "apply " + apply.record();
    } else if (effect instanceof Effect.CompleteWrite complete) {
      return proposal(complete.proposal()) + ": " + complete.result();
    } else if (effect instanceof Effect.CompleteRead complete) {
      return "read answered " + complete.barrier().kind() + " " + complete.barrier().offset();
    } else if (effect instanceof Effect.FailRead fail) {
      return "read failed " + fail.reason();
    }
    return effect.toString();
  }

  private static String proposal(Proposal proposal) {
    Request request = (Request) proposal.context();
    return String.format(
        "#%d of %d/%d %s seen %d%s",
        request.number(),
        proposal.clientId(),
        proposal.sequence(),
        proposal.consistency(),
        proposal.seenOffset(),
        proposal.firstAttempt() ? "" : " again");
  }

  private static String operations(LogRecord record) {
    StringBuilder text = new StringBuilder(record.toString());
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      text.append(", ").append(cursor.kind());
      text.append(' ').append(slice(cursor, cursor.keyPosition(), cursor.keyLength()));
      text.append('=').append(slice(cursor, cursor.valuePosition(), cursor.valueLength()));
    }
    return text.toString();
  }

  private static String slice(OperationCursor cursor, int position, int length) {
    return SimulatedStore.text(cursor.array(), position, length);
  }
}
