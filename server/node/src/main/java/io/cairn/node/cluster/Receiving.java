package io.cairn.node.cluster;

import io.cairn.node.data.ReceivedSnapshot;
import io.cairn.peer.v1.SnapshotHeader;
import io.cairn.peer.v1.SnapshotPart;
import java.io.IOException;
import java.util.Iterator;

/** Puts the parts of a copy where they belong, as far as they come. */
final class Receiving {
  private final ReceivedSnapshot snapshot;
  private boolean gotAny;
  private boolean whole;

  Receiving(ReceivedSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * @throws IOException when something is damaged or missing, or cannot be written
   */
  void all(Iterator<SnapshotPart> parts) throws IOException {
    while (parts.hasNext()) {
      one(parts.next());
    }
    if (!whole) {
      throw new IOException("the end is missing");
    }
  }

  private void one(SnapshotPart part) throws IOException {
    switch (part.getPartCase()) {
      case HEADER -> {
        SnapshotHeader header = part.getHeader();
        snapshot.begin(
            header.getSnapshotId(),
            new ReceivedSnapshot.Position(
                header.getAppliedOffset(), header.getPreviousCrc(), header.getPreviousEpoch()));
      }
      case CHUNK -> {
        snapshot.write(
            part.getChunk().getFile(),
            part.getChunk().getFileOffset(),
            part.getChunk().getData().asReadOnlyByteBuffer(),
            part.getChunk().getCrc());
        gotAny = true;
      }
      case END -> {
        snapshot.complete(part.getEnd().getFiles());
        whole = true;
      }
      case PART_NOT_SET -> throw new IOException("an unknown part came");
    }
  }

  /** Something of the files came: the source is worth another try. */
  boolean hasGotAny() {
    return gotAny;
  }
}
