package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.Limits;
import io.cairn.v1.WriteId;
import java.util.function.Function;

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
  private boolean refreshed;
  private long seenOffset;
  private int attempt;

  IdentifiedWrite(
      Connection connection,
      Rpc<Q, A, Long> rpc,
      ByteString key,
      long keyHash,
      int valueBytes,
      Function<WriteId, Q> request) {
    super(connection, rpc, connection.timer().nanoTime(), keyHash, true);
    this.key = key;
    this.valueBytes = valueBytes;
    this.request = request;
    this.sequence = connection.nextSequence();
  }

  private void learnLimitsAndBegin() {
    refreshed = true;
    learnMapAndBegin();
  }

  @Override
  void beginWithMap() {
    Limits limits = map().limits();
    if (key.isEmpty()) {
      refuse(Failure.KEY_EMPTY, "The key is empty; it must have at least 1 byte.");
    } else if (key.size() <= limits.getMaxKeyBytes() && valueBytes <= limits.getMaxValueBytes()) {
      send();
    } else if (!refreshed) {
      learnLimitsAndBegin(); // the operator may have raised them since the client learnt them
    } else if (key.size() > limits.getMaxKeyBytes()) {
      refuse(Failure.KEY_TOO_LARGE, tooLarge("key", key.size(), limits.getMaxKeyBytes()));
    } else {
      refuse(Failure.VALUE_TOO_LARGE, tooLarge("value", valueBytes, limits.getMaxValueBytes()));
    }
  }

  private void refuse(Failure failure, String message) {
    refuse(FailureStatus.ofRead(failure, message));
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
      ShardMap map = map();
      seenOffset = map.seenOffset(shardIn(map));
    }
    return request.apply(
        WriteId.newBuilder()
            .setClientId(connection.clientId())
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
      ShardMap map = map();
      if (map.forget(shardIn(map), seenOffset)) {
        Node leader = map.leaderOrNull(shardIn(map));
        if (leader != null) {
          connection.nodes().prefer(leader); // what a follower knows may be too old as well
        }
        learnMapAndBegin();
        return;
      }
    }
    super.resend(last);
  }
}
