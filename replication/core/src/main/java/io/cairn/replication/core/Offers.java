package io.cairn.replication.core;

import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a leader takes writes that were cut off from another replica's log: as writes of its own,
 * unless something newer has changed their keys. For that it looks at everything that is in its own
 * log from the offset on where the other one was cut: what is there already is read, what comes
 * meanwhile is watched. One offer at a time; others are sent again until it is their turn.
 */
final class Offers {
  private final ReplicaContext context;

  /** Who made the offer that is under way; null for none. */
  private @Nullable ProcessId from;

  private long number;

  /** What nothing newer has been found for so far. */
  private final TreeMap<Key, OfferedWrite> open = new TreeMap<>();

  /** The log has been read up to here, and is to be read up to there. */
  private long readOffset;

  private long readEndOffset;

  /** Offsets that the writes have in the offer, once they are placed; null before. */
  private @Nullable List<Long> placed;

  /** Behind the last of the placed writes. */
  private long placedEndOffset;

  Offers(ReplicaContext context) {
    this.context = context;
  }

  /**
   * @param gathered operations that are accepted and not yet in the log
   */
  void maybeTake(
      ProcessId offering,
      PeerMessage.Offer offer,
      List<byte[]> gathered,
      Consumer<Effect> effects) {
    if (from != null) {
      return; // one after the other
    }
    from = offering;
    number = offer.number();
    placed = null;
    for (OfferedWrite write : offer.writes()) {
      open.put(write.key(), write);
    }
    gathered.forEach(this::onAccepted);
    readOffset = offer.cutOffset();
    readEndOffset = context.status().logEndOffset();
    maybeRead(effects);
  }

  /** Before it gets its offset, an operation is compared with what is still open. */
  void onAccepted(byte[] operation) {
    if (!open.isEmpty() && placed == null) {
      Operation.removeChanged(open, operation);
    }
  }

  private void maybeRead(Consumer<Effect> effects) {
    if (readOffset < context.log().logStartOffset()) {
      answer(true, List.of(), effects);
    } else if (open.isEmpty()) {
      answer(false, List.of(), effects);
    } else if (readOffset < readEndOffset) {
      effects.accept(
          new Effect.ReadLog(
              context.self(), readOffset, context.options().replication().readBytes()));
    }
  }

  void onLogRead(Input.LogRead read, Consumer<Effect> effects) {
    if (from == null || placed != null || read.fromOffset() != readOffset) {
      return; // for an offer of an earlier time as leader
    }
    if (read.records().isEmpty()) {
      answer(true, List.of(), effects);
      return;
    }
    OperationCursor cursor = new OperationCursor();
    for (LogRecord record : read.records()) {
      cursor.wrap(record);
      while (cursor.next()) {
        Operation.removeChanged(open, cursor);
      }
      readOffset = record.endOffset();
    }
    maybeRead(effects);
  }

  /** Once all that is newer is known, and there is room. */
  void maybePlace(LeaderWrites writes, LogSpace space, Consumer<Effect> effects) {
    if (from == null || placed != null || readOffset < readEndOffset) {
      return;
    }
    long bytes = open.values().stream().mapToLong(OfferedWrite::chargedBytes).sum();
    if (!writes.hasRoomFor(bytes, space)) {
      return;
    }
    placed = new ArrayList<>();
    for (OfferedWrite write : open.values()) {
      placedEndOffset = writes.acceptOffered(write.operation()) + 1;
      placed.add(write.offset());
    }
    writes.maybeAppend(effects);
  }

  /** The other one may forget its writes when they are committed here. */
  void maybeAnswer(Consumer<Effect> effects) {
    List<Long> offsets = placed;
    if (offsets != null && from != null && context.status().highWatermark() >= placedEndOffset) {
      answer(false, offsets, effects);
    }
  }

  private void answer(boolean outOfReach, List<Long> placedOffsets, Consumer<Effect> effects) {
    ProcessId offering = Invariant.checkPresent(from, "an offer that is answered");
    PeerMessage.OfferAnswer answer =
        new PeerMessage.OfferAnswer(context.status().epoch(), number, outOfReach, placedOffsets);
    from = null;
    open.clear();
    if (offering.equals(context.self())) {
      context.cutOff().onAnswer(answer, effects);
    } else {
      effects.accept(new Effect.Send(offering, answer));
    }
  }
}
