package io.cairn.replication.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log's directory and those of its segments, which hold only files. */
final class Directories {
  private static final Logger LOG = LoggerFactory.getLogger(Directories.class);
  private static final Set<String> COPY_ON_WRITE = Set.of("btrfs", "zfs", "bcachefs");

  private Directories() {}

  static void warnOfCopyOnWrite(Path directory) throws IOException {
    String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
    if (COPY_ON_WRITE.contains(type)) {
      LOG.warn(
          "{} is on {}, which copies on write: room cannot be set aside there, so a full disk can"
              + " stop the node; use ext4 or xfs",
          directory,
          type);
    }
  }

  static void delete(Path directory) throws IOException {
    try {
      for (Path file : list(directory)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (NoSuchFileException e) {
      // Gone already.
    }
  }

  /** Gives back what was filled ahead behind the end of a sealed segment. */
  static void shrink(Path file, long endPosition) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long pages = (endPosition + Disk.PAGE_BYTES - 1) / Disk.PAGE_BYTES;
      channel.truncate(pages * Disk.PAGE_BYTES);
    } catch (NoSuchFileException e) {
      // Deleted meanwhile.
    }
  }

  static void deleteQuietly(Path directory) {
    try {
      delete(directory);
    } catch (IOException e) {
      // It is swept at the next start.
    }
  }

  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(files.toList());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
