package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the log asks of the disk that can fail, so that a test can let it fail. */
interface Disk {

  /** Brings a file's bytes to disk, with its metadata or only what is needed to read them. */
  default void force(FileChannel channel, Path file, boolean metadata) throws IOException {
    channel.force(metadata);
  }

  /** Brings a directory's names to disk. */
  default void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes all of the bytes, a page at a time. The kernel caches what comes in one call in units as
   * large as the call (large folios: XFS since Linux 5.18, ext4 since 6.16), and a store through a
   * memory mapping makes all of its unit dirty: a force after one small record would write up to 2
   * MB.
   */
  default void write(FileChannel channel, Path file, ByteBuffer bytes, long position)
      throws IOException {
    int end = bytes.limit();
    long at = position;
    while (bytes.position() < end) {
      int toPageEnd = PAGE_BYTES - (int) (at % PAGE_BYTES);
      bytes.limit(Math.min(end, bytes.position() + toPageEnd));
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      bytes.limit(end);
    }
  }

  /** Finds the file system of a directory, which needs a file descriptor; to ask it needs none. */
  default FreeSpace freeSpace(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return store::getUsableSpace;
  }

  /** What is free on a file system. */
  interface FreeSpace {
    /** Bytes that this process may still write. */
    long usableBytes() throws IOException;
  }

  /** The smallest that is in use. */
  int PAGE_BYTES = 4096;

  Disk SYSTEM = new Disk() {};
}
