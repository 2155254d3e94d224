package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

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

  /** Writes all of the bytes. */
  default void write(FileChannel channel, Path file, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Bytes that this process may still write to the file system. */
  default long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  Disk SYSTEM = new Disk() {};

  /** Whether the failure is that the disk is full, which passes. */
  static boolean isFull(IOException failure) {
    String message = failure.getMessage();
    if (message == null) {
      return false;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("no space left on device") || lower.contains("quota exceeded");
  }
}
