package io.cairn.node.cluster;

import io.cairn.node.shard.Shard;
import io.cairn.peer.v1.FetchSnapshotRequest;
import io.cairn.peer.v1.SnapshotHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a shard's store for one receiver, which may come back for the rest when the connection
 * broke. The log behind it is kept as long as it is.
 */
final class SnapshotCopy implements AutoCloseable {
  private final String id;
  private final int shard;
  private final int receiver;
  private final Path directory;
  private final Shard.LogPin pin;
  private final Shard.Copy made;
  private final List<String> files;
  private final long totalBytes;

  private SnapshotCopy(
      String id, Shard shard, int receiver, Path directory, Shard.LogPin pin, Shard.Copy made)
      throws IOException {
    this.id = id;
    this.shard = shard.number();
    this.receiver = receiver;
    this.directory = directory;
    this.pin = pin;
    this.made = made;
    long bytes = 0;
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> found = all.filter(Files::isRegularFile).sorted().toList();
      for (Path file : found) {
        bytes += Files.size(file);
      }
      files = found.stream().map(file -> directory.relativize(file).toString()).toList();
    }
    totalBytes = bytes;
  }

  /**
   * @param parent of the directory that is made for it
   * @param receiver the node that it is for
   */
  static SnapshotCopy make(Shard shard, Path parent, int receiver) throws IOException {
    String id = UUID.randomUUID().toString();
    Files.createDirectories(parent);
    Path directory = parent.resolve(id);
    Shard.LogPin pin = shard.pinLog();
    try {
      return new SnapshotCopy(id, shard, receiver, directory, pin, shard.copyStore(directory));
    } catch (IOException | RuntimeException failed) {
      pin.close();
      SnapshotSource.delete(directory);
      throw failed;
    }
  }

  boolean isFor(int otherShard, int otherReceiver) {
    return shard == otherShard && receiver == otherReceiver;
  }

  SnapshotHeader header() {
    return SnapshotHeader.newBuilder()
        .setSnapshotId(id)
        .setAppliedOffset(made.appliedOffset())
        .setPreviousCrc(made.previousCrc())
        .setPreviousEpoch(made.previousEpoch())
        .setTotalBytes(totalBytes)
        .build();
  }

  int fileCount() {
    return files.size();
  }

  SnapshotChunks all() {
    return new SnapshotChunks(directory, files, 0, 0);
  }

  /** What a receiver lacks that has a part of this copy; null when it has none. */
  @Nullable SnapshotChunks restOrNull(FetchSnapshotRequest request) throws IOException {
    return request.getSnapshotId().equals(id)
        ? SnapshotChunks.restOrNull(directory, files, request.getFile(), request.getFileOffset())
        : null;
  }

  /** All of it has been sent. */
  void onSent() {
    pin.keepForReceiver();
  }

  @Override
  public void close() {
    pin.close();
    SnapshotSource.delete(directory);
  }
}
