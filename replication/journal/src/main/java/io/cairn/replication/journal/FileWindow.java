package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads a file through a buffer that slides over it. It may hold bytes that have changed in the
 * file since; {@link #forget} lets go of them.
 */
final class FileWindow implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final FileChannel channel;
  private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long start;
  private int filled;

  private FileWindow(FileChannel channel) {
    this.channel = channel;
  }

  static FileWindow open(Path file) throws IOException {
    return new FileWindow(FileChannel.open(file, StandardOpenOption.READ));
  }

  long fileBytes() throws IOException {
    return channel.size();
  }

  void forget() {
    filled = 0;
  }

  /** The number at this position; what lies behind the end of the file reads as zeros. */
  int intAt(long position) throws IOException {
    int index = index(position, Integer.BYTES);
    return buffer.getInt(index);
  }

  long longAt(long position) throws IOException {
    int index = index(position, Long.BYTES);
    return buffer.getLong(index);
  }

  byte[] copy(long position, int length) throws IOException {
    int index = index(position, length);
    byte[] bytes = new byte[length];
    buffer.get(index, bytes);
    return bytes;
  }

  /** May replace the buffer. */
  private int index(long position, int length) throws IOException {
    if (position < start || position + length > start + filled) {
      fill(position, length);
    }
    return (int) (position - start);
  }

  private void fill(long position, int length) throws IOException {
    if (length > buffer.capacity()) {
      buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
    start = position;
    filled = 0;
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, start + buffer.position()) < 0) {
        break;
      }
    }
    Arrays.fill(buffer.array(), buffer.position(), buffer.capacity(), (byte) 0);
    filled = buffer.capacity();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
