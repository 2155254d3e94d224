package io.cairn.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder that all data goes to. */
final class Directories {
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private Directories() {}

  /**
   * Makes an empty one on a disk.
   *
   * @throws IllegalArgumentException when forcing a file to disk would cost nothing there
   */
  static Path onDisk(Path parent) throws IOException {
    Files.createDirectories(parent);
    String type = Files.getFileStore(parent).type();
    if (IN_MEMORY.contains(type)) {
      throw new IllegalArgumentException(
          parent + " is on " + type + ", which is memory; name a folder on a disk with --dir");
    }
    return Files.createTempDirectory(parent, "run-");
  }

  /** Deletes it with all it holds, as far as it is there. */
  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
