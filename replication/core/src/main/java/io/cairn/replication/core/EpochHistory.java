package io.cairn.replication.core;

import io.cairn.replication.core.ReplicaLog.EpochStart;
import java.util.ArrayList;
import java.util.List;

/**
 * Which epochs a log's records are of, from its start to its end: what two replicas compare to find
 * where their logs part (KIP-101, KIP-279). Each entry reaches to the next one's start, the last to
 * the log end; the first is the epoch of the record before the log start, when there was one.
 */
final class EpochHistory {
  private final List<EpochStart> entries;

  EpochHistory(List<EpochStart> entries) {
    this.entries = new ArrayList<>(entries);
    for (int i = 1; i < entries.size(); i++) {
      Invariant.check(
          entries.get(i - 1).epoch() < entries.get(i).epoch()
              && entries.get(i - 1).startOffset() <= entries.get(i).startOffset(),
          "I7: epochs grow along the log",
          entries.get(i - 1),
          entries.get(i));
    }
  }

  List<EpochStart> entries() {
    return List.copyOf(entries);
  }

  /** Epoch of the last record, 0 when there has never been one. */
  long lastEpoch() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).epoch();
  }

  /** Epoch of the record at this offset, which the log holds. */
  long epochAt(long offset) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).startOffset() <= offset) {
        return entries.get(i).epoch();
      }
    }
    return 0;
  }

  /** A record of this epoch is appended at this offset. */
  void append(long epoch, long offset) {
    Invariant.check(
        epoch >= lastEpoch(), "I7: epochs never fall along the log; new, last", epoch, lastEpoch());
    if (epoch > lastEpoch()) {
      entries.add(new EpochStart(epoch, offset));
    }
  }

  /** The log is cut at this offset; it does not lie before the log start. */
  void cut(long endOffset) {
    while (!entries.isEmpty()
        && entries.get(entries.size() - 1).startOffset() >= endOffset
        && (entries.size() > 1 || endOffset == 0)) {
      entries.remove(entries.size() - 1);
    }
  }

  /** Forgets what only tells of records that are not kept any more. */
  void trim(long logStartOffset) {
    while (entries.size() > 1 && entries.get(1).startOffset() < logStartOffset) {
      entries.remove(0);
    }
  }

  /** Where two logs part: nothing below it differs between them. Or that they share nothing. */
  record CommonEnd(boolean exists, long offset) {}

  /**
   * Looks for the newest epoch that both histories have; the logs agree up to the smaller of its
   * two ends, because an epoch has one leader, from which both got its records in order. An epoch
   * that only one of them has is passed over.
   */
  static CommonEnd commonEnd(
      List<EpochStart> one, long oneEnd, List<EpochStart> other, long otherEnd) {
    int i = one.size() - 1;
    int j = other.size() - 1;
    while (i >= 0 && j >= 0) {
      long oneEpoch = one.get(i).epoch();
      long otherEpoch = other.get(j).epoch();
      if (oneEpoch == otherEpoch) {
        return new CommonEnd(true, Math.min(endOf(one, i, oneEnd), endOf(other, j, otherEnd)));
      }
      if (oneEpoch > otherEpoch) {
        i--;
      } else {
        j--;
      }
    }
    return new CommonEnd(false, 0);
  }

  private static long endOf(List<EpochStart> history, int index, long logEnd) {
    return index + 1 < history.size() ? history.get(index + 1).startOffset() : logEnd;
  }
}
