package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A small file that remembers how far the newest segment was forced, so that damage to the last
 * records can be told from a torn tail.
 *
 * <p>It is written after each force and never forced itself: after a power cut it may be old, but
 * never too high. Two slots are written in turn, because a kill can tear one.
 */
final class DurableMark implements AutoCloseable {
  static final String NAME = "durable";
  private static final int SLOT_BYTES = 64;
  private static final int CRC_POSITION = 16;
  private static final int FILE_BYTES = 4096;

  private final Disk disk;
  private final Path file;
  private final FileChannel channel;
  private final byte[] bytes = new byte[CRC_POSITION + Integer.BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer out = ByteBuffer.allocateDirect(bytes.length);
  private final CRC32C crc = new CRC32C();
  private int slot;

  private DurableMark(Disk disk, Path file, FileChannel channel) {
    this.disk = disk;
    this.file = file;
    this.channel = channel;
  }

  /** Opens it to write, with nothing remembered. */
  static DurableMark create(Path directory, Disk disk) throws IOException {
    Path file = directory.resolve(NAME);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      disk.write(channel, file, ByteBuffer.allocate(FILE_BYTES), 0);
      return new DurableMark(disk, file, channel);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  void write(long segmentNumber, long durableEndOffset) throws IOException {
    fields.putLong(0, segmentNumber).putLong(8, durableEndOffset);
    crc.reset();
    crc.update(bytes, 0, CRC_POSITION);
    fields.putInt(CRC_POSITION, (int) crc.getValue());
    out.clear();
    out.put(bytes).flip();
    disk.write(channel, file, out, (long) slot * SLOT_BYTES);
    slot = 1 - slot;
  }

  /** How far that segment is known to have been forced, 0 when nothing is known. */
  static long read(Path directory, SegmentInfo segment) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return 0;
    }
    byte[] bytes = Files.readAllBytes(file);
    long newest = 0;
    for (int at = 0; at + SLOT_BYTES <= Math.min(bytes.length, 2 * SLOT_BYTES); at += SLOT_BYTES) {
      ByteBuffer slot = ByteBuffer.wrap(bytes, at, SLOT_BYTES).slice();
      slot.order(ByteOrder.LITTLE_ENDIAN);
      CRC32C crc = new CRC32C();
      crc.update(bytes, at, CRC_POSITION);
      boolean intact = slot.getInt(CRC_POSITION) == (int) crc.getValue();
      if (intact && slot.getLong(0) == segment.number()) {
        newest = Math.max(newest, slot.getLong(8));
      }
    }
    return newest;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
