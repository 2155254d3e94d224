package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.api.Sharding;
import io.cairn.v1.WriteId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A write of one key. All its attempts have the same client id and sequence. As long as every
 * earlier attempt was refused for certain, the next is a first one again, with the newest offset
 * seen; from the first doubtful attempt on the offset stays and the attempts are counted.
 */
final class IdentifiedWrite<Q, A> extends UnaryCall<Q, A, Long> {

  private final ByteString key;
  private final int valueBytes;
  private final Function<WriteId, Q> request;
  private final long sequence;
  private SeenOffsets.@Nullable Shards shards;
  private long seenOffset;
  private int attempt;

  IdentifiedWrite(
      Connection connection,
      Rpc<Q, A, Long> rpc,
      ByteString key,
      int valueBytes,
      Function<WriteId, Q> request) {
    super(connection, rpc);
    this.key = key;
    this.valueBytes = valueBytes;
    this.request = request;
    this.sequence = connection.nextSequence();
  }

  /** Learns the shards' offsets first. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  void refreshAndSend() {
    connection()
        .refreshSeen()
        .whenComplete(
            (fresh, error) -> {
              if (error == null) {
                send(fresh);
              } else {
                refuse(
                    error instanceof CairnException cairn ? cairn.reason() : Failure.INTERNAL,
                    "The write was not sent, for want of the node's status: " + error.getMessage());
              }
            });
  }

  void send(SeenOffsets.Shards fresh) {
    shards = fresh;
    if (key.isEmpty()) {
      refuse(Failure.KEY_EMPTY, "The key is empty; it must have at least 1 byte.");
    } else if (key.size() > fresh.limits().getMaxKeyBytes()) {
      refuse(Failure.KEY_TOO_LARGE, tooLarge("key", key.size(), fresh.limits().getMaxKeyBytes()));
    } else if (valueBytes > fresh.limits().getMaxValueBytes()) {
      refuse(
          Failure.VALUE_TOO_LARGE,
          tooLarge("value", valueBytes, fresh.limits().getMaxValueBytes()));
    } else {
      send();
    }
  }

  // The node checks as well. But a request beyond the message limit would never reach that check.
  private static String tooLarge(String what, int bytes, int limit) {
    return "The " + what + " has " + bytes + " bytes; the limit is " + limit + ".";
  }

  @Override
  Q nextRequest(boolean maybeApplied) {
    if (maybeApplied) {
      attempt++;
    } else {
      attempt = 1;
      SeenOffsets.Shards known = java.util.Objects.requireNonNull(shards);
      int shard = Sharding.shardOf(key.toByteArray(), known.offsets().length());
      seenOffset = known.offsets().get(shard);
    }
    return request.apply(
        WriteId.newBuilder()
            .setClientId(connection().clientId())
            .setSequence(sequence)
            .setSeenOffset(seenOffset)
            .setAttempt(attempt)
            .build());
  }

  @Override
  boolean mayResend(FailureStatus failure, boolean maybeApplied) {
    return super.mayResend(failure, maybeApplied)
        || (failure.failure() == Failure.SEEN_OFFSET_TOO_OLD && !maybeApplied);
  }

  @Override
  void resend(FailureStatus last) {
    if (last.failure() == Failure.SEEN_OFFSET_TOO_OLD) {
      refreshAndSend();
    } else {
      super.resend(last);
    }
  }
}
