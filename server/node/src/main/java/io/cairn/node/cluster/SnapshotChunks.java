package io.cairn.node.cluster;

import com.google.protobuf.UnsafeByteOperations;
import io.cairn.peer.v1.SnapshotChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The files of a copy, one after the other, in chunks, from any place in them to the end. */
final class SnapshotChunks implements AutoCloseable {
  private static final int CHUNK_BYTES = 256 << 10;

  private final Path directory;
  private final List<String> files;
  private int next;
  private long offset;
  private @Nullable FileChannel open;

  /**
   * @param files below the directory, in the order in which they are sent
   * @param from the file that is sent next, an index
   * @param offset of it so many bytes have been sent
   */
  SnapshotChunks(Path directory, List<String> files, int from, long offset) {
    this.directory = directory;
    this.files = files;
    this.next = from;
    this.offset = offset;
  }

  /**
   * What comes behind so many bytes of that file; null when there is no such place.
   *
   * @param files as above
   */
  static @Nullable SnapshotChunks restOrNull(
      Path directory, List<String> files, String file, long offset) throws IOException {
    int index = files.indexOf(file);
    if (index < 0) {
      return null;
    }
    long size = Files.size(directory.resolve(file));
    if (offset < 0 || offset > size) {
      return null;
    }
    return offset == size
        ? new SnapshotChunks(directory, files, index + 1, 0)
        : new SnapshotChunks(directory, files, index, offset);
  }

  /** Null when there are no more. An empty file has a chunk without bytes. */
  @Nullable SnapshotChunk nextOrNull() throws IOException {
    if (next == files.size()) {
      return null;
    }
    String name = files.get(next);
    FileChannel channel = open;
    if (channel == null) {
      channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
      open = channel;
    }
    byte[] bytes = new byte[(int) Math.min(CHUNK_BYTES, channel.size() - offset)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException(name + " has become shorter");
      }
    }
    SnapshotChunk chunk = chunk(name, offset, bytes);
    offset += bytes.length;
    if (offset == channel.size()) {
      close();
      next++;
      offset = 0;
    }
    return chunk;
  }

  private static SnapshotChunk chunk(String name, long offset, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return SnapshotChunk.newBuilder()
        .setFile(name)
        .setFileOffset(offset)
        .setData(UnsafeByteOperations.unsafeWrap(bytes))
        .setCrc((int) crc.getValue())
        .build();
  }

  @Override
  public void close() throws IOException {
    FileChannel channel = open;
    open = null;
    if (channel != null) {
      channel.close();
    }
  }
}
