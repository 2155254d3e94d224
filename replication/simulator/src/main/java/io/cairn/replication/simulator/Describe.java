package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ShardMetadata;
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
      return read.barriers().stream()
          .map(barrier -> barrier.kind() + " " + barrier.offset())
          .collect(Collectors.joining(", ", "read ", ""));
    } else if (input instanceof Input.MetadataChanged changed) {
      return "metadata " + metadata(changed.metadata());
    } else if (input instanceof Input.Received received) {
      return "from " + received.from() + ": " + message(received.message());
    } else if (input instanceof Input.LogRead read) {
      return "log read for " + read.to() + " from " + read.fromOffset() + ": " + read.records();
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
    } else if (effect instanceof Effect.Send send) {
      return "to " + send.to() + ": " + message(send.message());
    } else if (effect instanceof Effect.ProposeIsr propose) {
      return "propose ISR " + propose.change().isr() + " at " + propose.change().expectedVersion();
    } else if (effect instanceof Effect.ReadLog read) {
      return "read log for " + read.to() + " from " + read.fromOffset();
    }
    return effect.toString();
  }

  private static String message(PeerMessage message) {
    return message.toString();
  }

  static String metadata(ClusterMetadata metadata) {
    StringBuilder text = new StringBuilder("v" + metadata.version());
    for (NodeMetadata node : metadata.nodes().values()) {
      text.append(", n").append(node.nodeId()).append(".").append(node.incarnation());
      text.append(node.alive() ? "" : " not alive");
    }
    for (ShardMetadata shard : metadata.shards().values()) {
      text.append("; epoch ").append(shard.epoch()).append(" leader ").append(shard.leader());
      text.append(" of ").append(shard.replicas()).append(" isr ");
      text.append(shard.isr().stream().map(member -> member.nodeId()).toList());
      text.append(shard.pending() == null ? "" : " " + shard.pending());
      text.append(" version ").append(shard.version());
    }
    return text.toString();
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
