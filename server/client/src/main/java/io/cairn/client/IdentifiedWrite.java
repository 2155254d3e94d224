package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.api.Sharding;
import io.cairn.v1.Limits;
import io.cairn.v1.WriteId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
  private boolean refreshed;
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

  /** Learns the shards' offsets and the limits first. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  void refreshAndSend() {
    refreshed = true;
    // Others may wait for the same answer, and longer.
    CompletableFuture<SeenOffsets.Shards> mine = connection().refreshSeen().copy();
    if (!mine.isDone()) {
      connection().timer().schedule(() -> mine.completeExceptionally(tooLate()), leftNanos());
    }
    mine.whenComplete(
        (fresh, error) -> {
          if (error == null) {
            send(fresh);
          } else {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            refuse(
                cause instanceof CairnException cairn ? cairn.reason() : Failure.INTERNAL,
                "The write was not sent, for want of the node's status: "
                    + (cause == null ? error : cause).getMessage());
          }
        });
  }

  private static CairnException tooLate() {
    return CairnException.of(
        FailureStatus.ofRead(Failure.DEADLINE_EXCEEDED, "It did not come within the deadline."),
        null);
  }

  void send(SeenOffsets.Shards known) {
    shards = known;
    Limits limits = known.limits();
    if (key.isEmpty()) {
      refuse(Failure.KEY_EMPTY, "The key is empty; it must have at least 1 byte.");
    } else if (key.size() <= limits.getMaxKeyBytes() && valueBytes <= limits.getMaxValueBytes()) {
      send();
    } else if (!refreshed) {
      refreshAndSend(); // the operator may have raised the limits since the client learnt them
    } else if (key.size() > limits.getMaxKeyBytes()) {
      refuse(Failure.KEY_TOO_LARGE, tooLarge("key", key.size(), limits.getMaxKeyBytes()));
    } else {
      refuse(Failure.VALUE_TOO_LARGE, tooLarge("value", valueBytes, limits.getMaxValueBytes()));
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
