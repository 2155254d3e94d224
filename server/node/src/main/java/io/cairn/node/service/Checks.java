package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.config.NodeConfig;
import io.cairn.v1.Consistency;
import io.cairn.v1.KeyRange;
import io.cairn.v1.WriteId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every request must keep to; the same on every path. A problem is returned as that of a read;
 * a write adds its outcome.
 */
final class Checks {
  private final NodeConfig.Limits limits;

  Checks(NodeConfig.Limits limits) {
    this.limits = limits;
  }

  @Nullable FailureStatus key(ByteString key) {
    return key.isEmpty()
        ? FailureStatus.ofRead(Failure.KEY_EMPTY, "The key is empty: it must have at least 1 byte.")
        : bound("The key", key);
  }

  /** An end of a range, which may be empty. */
  private @Nullable FailureStatus bound(String what, ByteString key) {
    if (key.size() <= limits.maxKeyBytes()) {
      return null;
    }
    return tooLarge(Failure.KEY_TOO_LARGE, what, key.size(), limits.maxKeyBytes());
  }

  @Nullable FailureStatus value(ByteString value) {
    if (value.size() <= limits.maxValueBytes()) {
      return null;
    }
    return tooLarge(Failure.VALUE_TOO_LARGE, "The value", value.size(), limits.maxValueBytes());
  }

  private static FailureStatus tooLarge(Failure failure, String what, long size, long limit) {
    return FailureStatus.ofRead(
            failure, what + " has " + size + " bytes; the limit of this node is " + limit + ".")
        .withMetadata(Map.of("size", Long.toString(size), "limit", Long.toString(limit)));
  }

  @Nullable FailureStatus keyCount(int count) {
    if (count <= limits.maxKeysPerRequest()) {
      return null;
    }
    return FailureStatus.ofRead(
            Failure.TOO_MANY_KEYS,
            "The request asks for "
                + count
                + " keys; the limit of this node is "
                + limits.maxKeysPerRequest()
                + ": ask in several requests, or scan.")
        .withMetadata(
            Map.of(
                "size",
                Integer.toString(count),
                "limit",
                Integer.toString(limits.maxKeysPerRequest())));
  }

  @Nullable FailureStatus consistency(Consistency consistency) {
    return consistency == Consistency.UNRECOGNIZED
        ? FailureStatus.ofRead(
            Failure.INVALID_CONSISTENCY,
            "The consistency level is not one that this node knows: use STRONG or EVENTUAL.")
        : null;
  }

  @Nullable FailureStatus writeId(WriteId id) {
    if (id.getClientId() != 0 && id.getAttempt() != 0) {
      return null;
    }
    return FailureStatus.ofRead(
        Failure.INVALID_WRITE_ID,
        "The write id has client id "
            + Long.toUnsignedString(id.getClientId())
            + " and attempt "
            + Integer.toUnsignedString(id.getAttempt())
            + ": neither may be 0.");
  }

  @Nullable FailureStatus range(KeyRange range) {
    boolean hasEnds = !range.getStart().isEmpty() || !range.getEnd().isEmpty();
    if (!range.getPrefix().isEmpty() && hasEnds) {
      return FailureStatus.ofRead(
          Failure.INVALID_RANGE,
          "The range has a prefix and a start or end as well: give one or the other.");
    }
    if (!range.getEnd().isEmpty()
        && ByteString.unsignedLexicographicalComparator().compare(range.getStart(), range.getEnd())
            > 0) {
      return FailureStatus.ofRead(
          Failure.INVALID_RANGE, "The range begins behind its end: exchange them.");
    }
    return first(
        bound("The range's start", range.getStart()),
        bound("The range's end", range.getEnd()),
        bound("The range's prefix", range.getPrefix()));
  }

  @Nullable FailureStatus after(ByteString after) {
    return bound("The key to go on from", after);
  }

  static @Nullable FailureStatus first(@Nullable FailureStatus... problems) {
    for (FailureStatus problem : problems) {
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  @Nullable FailureStatus shards(List<Integer> numbers, int count) {
    for (int number : numbers) {
      if (number < 0 || number >= count) {
        return FailureStatus.ofRead(
            Failure.INVALID_RANGE,
            "There is no shard " + number + ": this cluster has " + count + ", numbered from 0.");
      }
    }
    return null;
  }
}
