package io.cairn.replication.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was cut off from this replica's log, and is still to be offered to whoever leads: of each
 * key the newest write. Outlives a change of role, not a restart.
 *
 * <p>Holds at most {@link ReplicaOptions#maxUnappliedBytes}; what is cut off beyond that is not
 * offered.
 */
final class CutOffWrites {
  private final ReplicaOptions options;
  private final TreeMap<Key, OfferedWrite> waiting = new TreeMap<>();

  /** Where this log parted from that of a leader since all of {@link #waiting} was written. */
  private long cutOffset;

  /** The offer under way, of some of {@link #waiting}; empty for none. */
  private List<OfferedWrite> offered = List.of();

  private long number;
  private int ticksUntilSent;

  /**
   * @param number of the last offer before
   */
  CutOffWrites(ReplicaOptions options, long number) {
    this.options = options;
    this.number = number;
  }

  /**
   * Takes what was cut off.
   *
   * @param endOffset where the log was cut
   * @param lost oldest first
   */
  void add(long endOffset, List<LogRecord> lost) {
    if (lost.isEmpty()) {
      return; // whoever is joined now takes the offer that is under way
    }
    cutOffset = waiting.isEmpty() ? endOffset : Math.min(cutOffset, endOffset);
    offered = List.of(); // what is under way is asked for again, from the new offset on
    ticksUntilSent = 0;
    OperationCursor cursor = new OperationCursor();
    for (LogRecord record : lost) {
      cursor.wrap(record);
      while (cursor.next()) {
        if (cursor.isOfferable()) {
          add(new OfferedWrite(record.epoch(), cursor.offset(), cursor.operation()));
        }
      }
    }
    forgetBeyondLimit();
  }

  /** A range is not offered: what it would delete by now is not what it deleted. */
  private void add(OfferedWrite write) {
    Operation.removeChanged(waiting, write.operation());
    if (!Operation.isRangeDelete(write.operation())) {
      waiting.put(write.key(), write);
    }
  }

  private void forgetBeyondLimit() {
    long bytes = 0;
    for (OfferedWrite write : waiting.values()) {
      bytes += write.chargedBytes();
    }
    while (bytes > options.maxUnappliedBytes()) {
      bytes -= waiting.pollLastEntry().getValue().chargedBytes();
    }
  }

  /** What to send now; to be asked once a tick, and after an answer. Null for nothing. */
  PeerMessage.@Nullable Offer nextOfferOrNull(long epoch) {
    if (waiting.isEmpty() || ticksUntilSent-- > 0) {
      return null;
    }
    if (offered.isEmpty()) {
      number++;
      offered = first();
    }
    ticksUntilSent = options.replication().silenceTicks();
    return new PeerMessage.Offer(epoch, number, cutOffset, offered);
  }

  /** The answer names them by their offsets, so those of two epochs that share one go apart. */
  private List<OfferedWrite> first() {
    List<OfferedWrite> first = new ArrayList<>();
    Set<Long> offsets = new TreeSet<>();
    long bytes = 0;
    for (OfferedWrite write : waiting.values()) {
      if (!offsets.add(write.offset())) {
        continue;
      }
      bytes += write.chargedBytes();
      if (!first.isEmpty() && bytes > options.replication().readBytes()) {
        break;
      }
      first.add(write);
    }
    return first;
  }

  void onAnswer(PeerMessage.OfferAnswer answer, Consumer<Effect> effects) {
    if (answer.number() != number || offered.isEmpty()) {
      return; // of an offer that is answered, or was replaced by another
    }
    Set<Long> placedOffsets = new TreeSet<>(answer.placedOffsets());
    List<OfferedWrite> placed = new ArrayList<>();
    List<OfferedWrite> superseded = new ArrayList<>();
    if (answer.outOfReach()) {
      effects.accept(
          new Effect.OfferSettled(placed, superseded, new ArrayList<>(waiting.values())));
      waiting.clear();
    } else {
      for (OfferedWrite write : offered) {
        waiting.remove(write.key());
        (placedOffsets.contains(write.offset()) ? placed : superseded).add(write);
      }
      effects.accept(new Effect.OfferSettled(placed, superseded, List.of()));
    }
    offered = List.of();
    ticksUntilSent = 0;
  }
}
