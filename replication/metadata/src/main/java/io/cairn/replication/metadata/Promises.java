package io.cairn.replication.metadata;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The term and the vote of a member, which it must not forget. Ratis writes them to a new file that
 * takes the place of the old one; when the disk is full, it puts an empty file there.
 */
final class Promises {
  private Promises() {}

  private static Path group(RatisOptions options) {
    return options
        .directory()
        .resolve(RatisSettings.group(options).getGroupId().getUuid().toString());
  }

  /** Whether the file is there and does not say what it should. */
  static boolean areLost(RatisOptions options) throws IOException {
    Path file = group(options).resolve("current").resolve("raft-meta");
    if (!Files.exists(file)) {
      return false;
    }
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    return properties.getProperty("term") == null;
  }

  static void discard(RatisOptions options) throws IOException {
    Path group = group(options);
    if (!Files.exists(group)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(group)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
