package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.storage.ScanRange;
import io.cairn.v1.KeyRange;
import java.util.Arrays;

/** Turns ranges of the wire, which have been checked, into ranges of the store. */
final class Ranges {

  private Ranges() {}

  static ScanRange of(KeyRange range) {
    return range.getPrefix().isEmpty()
        ? new ScanRange(range.getStart().toByteArray(), range.getEnd().toByteArray(), false, false)
        : ScanRange.prefix(range.getPrefix().toByteArray());
  }

  /** What is left of a range behind a key; before it, in reverse. */
  static ScanRange of(KeyRange range, boolean reverse, ByteString after, boolean keysOnly) {
    ScanRange whole = of(range);
    byte[] start = whole.start();
    byte[] end = whole.end();
    if (!after.isEmpty() && reverse) {
      byte[] before = after.toByteArray();
      end = end.length == 0 || Arrays.compareUnsigned(before, end) < 0 ? before : end;
    } else if (!after.isEmpty()) {
      byte[] next = Arrays.copyOf(after.toByteArray(), after.size() + 1);
      start = Arrays.compareUnsigned(next, start) > 0 ? next : start;
    }
    return new ScanRange(start, end, reverse, keysOnly);
  }

  /** Whether nothing can lie in it; such a range must not reach the store. */
  static boolean isEmpty(ScanRange range) {
    return range.end().length > 0 && Arrays.compareUnsigned(range.start(), range.end()) >= 0;
  }
}
