package io.cairn.reliability;

import com.google.protobuf.ByteString;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * For each key: which write was acknowledged last, which was sent last. A key has one write under
 * way at a time, so what may be read is the acknowledged one or one sent after it.
 */
final class Ledger {
  private final AtomicLongArray acknowledged;
  private final AtomicLongArray attempted;

  /** Writes up to this one that are not the acknowledged one are gone for good. */
  private final AtomicLongArray dead;

  Ledger(int keys) {
    acknowledged = new AtomicLongArray(keys);
    attempted = new AtomicLongArray(keys);
    dead = new AtomicLongArray(keys);
  }

  int keys() {
    return acknowledged.length();
  }

  /** A write of the key is sent; returns its sequence, from 1 up. */
  long begin(int index) {
    return attempted.incrementAndGet(index);
  }

  void acknowledge(int index, long sequence) {
    acknowledged.set(index, sequence);
  }

  /** What was acknowledged until now; take it before the power is cut. */
  long[] acknowledgedNow() {
    return copy(acknowledged);
  }

  /** What was sent until now; take it after the power is cut. */
  long[] attemptedNow() {
    return copy(attempted);
  }

  private static long[] copy(AtomicLongArray source) {
    long[] copy = new long[source.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = source.get(i);
    }
    return copy;
  }

  /**
   * Says what is wrong with what was read from a key, or null when nothing is.
   *
   * @param value null when the key is absent
   */
  @Nullable String judge(
      int index, @Nullable ByteString value, long acknowledgedSequence, long attemptedSequence) {
    String range =
        String.format(
            "key-%06d: write %d acknowledged, %d sent: ",
            index, acknowledgedSequence, attemptedSequence);
    if (value == null) {
      return lastDelete(index, acknowledgedSequence, attemptedSequence) < 0
          ? range + "the key is absent"
          : null;
    }
    long sequence = Content.sequence(index, value);
    if (!mayShow(index, sequence, acknowledgedSequence, attemptedSequence)) {
      return range + "shows write " + sequence + ", " + value.size() + " bytes";
    }
    if (!value.equals(Content.value(index, sequence))) {
      return range + "write " + sequence + " shows a wrong value of " + value.size() + " bytes";
    }
    return null;
  }

  /**
   * After a crash and a clean check: what was read is the truth from now on; a write that was under
   * way and is not there must never appear.
   */
  void settle(int index, @Nullable ByteString value) {
    long sent = attempted.get(index);
    long sequence =
        value == null
            ? lastDelete(index, acknowledged.get(index), sent)
            : Content.sequence(index, value);
    acknowledged.set(index, sequence);
    dead.set(index, sent);
  }

  private boolean mayShow(int index, long sequence, long acknowledgedSequence, long sent) {
    return sequence == acknowledgedSequence
        || (sequence > Math.max(acknowledgedSequence, dead.get(index)) && sequence <= sent);
  }

  /** The last delete that may show, or -1. */
  private long lastDelete(int index, long acknowledgedSequence, long sent) {
    for (long sequence = sent; sequence >= acknowledgedSequence; sequence--) {
      if (Content.isDelete(index, sequence)
          && mayShow(index, sequence, acknowledgedSequence, sent)) {
        return sequence;
      }
    }
    return -1;
  }
}
