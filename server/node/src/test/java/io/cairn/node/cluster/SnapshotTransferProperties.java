package io.cairn.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.node.data.ReceivedSnapshot;
import io.cairn.peer.v1.SnapshotChunk;
import io.cairn.peer.v1.SnapshotEnd;
import io.cairn.peer.v1.SnapshotHeader;
import io.cairn.peer.v1.SnapshotPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A copy that breaks off any number of times, on both sides of the network but without one. */
class SnapshotTransferProperties {
  private static final int CHUNK_BYTES = 256 << 10;

  @Property(tries = 60)
  void aCopyThatBreaksOffGoesOnUntilItIsWhole(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 3 * CHUNK_BYTES) Integer> sizes,
      @ForAll long seed)
      throws IOException {
    Path root = Files.createTempDirectory("cairn-snapshot");
    try {
      Random random = new Random(seed);
      Path source = root.resolve("source");
      List<String> files = write(source, sizes, random);
      int sent = 0;
      try (ReceivedSnapshot snapshot = new ReceivedSnapshot(root.resolve("received"))) {
        boolean whole = false;
        while (!whole) {
          List<SnapshotPart> parts = parts(source, files, snapshot);
          int arrive = random.nextInt(parts.size() + 1);
          whole = arrive == parts.size();
          sent += arrive;
          receive(snapshot, parts.subList(0, arrive), whole);
        }
      }
      assertThat(contents(root.resolve("received/store")))
          .containsExactlyEntriesOf(contents(source));
      assertThat(root.resolve("received/complete")).exists();
      assertThat(sent).isPositive();
    } finally {
      delete(root);
    }
  }

  @Property(tries = 10)
  void anotherCopyBeginsAnew(@ForAll long seed) throws IOException {
    Path root = Files.createTempDirectory("cairn-snapshot");
    try {
      Random random = new Random(seed);
      List<String> first = write(root.resolve("first"), List.of(5, 7), random);
      List<String> second = write(root.resolve("second"), List.of(3), random);
      try (ReceivedSnapshot snapshot = new ReceivedSnapshot(root.resolve("received"))) {
        List<SnapshotPart> parts = parts(root.resolve("first"), first, snapshot);
        receive(snapshot, parts.subList(0, 3), false);
        receive(snapshot, parts("another", root.resolve("second"), second, null), true);
      }
      assertThat(contents(root.resolve("received/store")))
          .containsExactlyEntriesOf(contents(root.resolve("second")));
    } finally {
      delete(root);
    }
  }

  @Property(tries = 5)
  void aPlaceThatIsNotThereIsNone(@ForAll long seed) throws IOException {
    Path root = Files.createTempDirectory("cairn-snapshot");
    try {
      List<String> files = write(root.resolve("source"), List.of(10), new Random(seed));
      Path source = root.resolve("source");
      assertThat(SnapshotChunks.restOrNull(source, files, "unknown", 0)).isNull();
      assertThat(SnapshotChunks.restOrNull(source, files, files.get(0), 11)).isNull();
      assertThat(SnapshotChunks.restOrNull(source, files, files.get(0), -1)).isNull();
    } finally {
      delete(root);
    }
  }

  private static void receive(ReceivedSnapshot snapshot, List<SnapshotPart> parts, boolean whole)
      throws IOException {
    Receiving receiving = new Receiving(snapshot);
    if (whole) {
      receiving.all(parts.iterator());
    } else {
      assertThatThrownBy(() -> receiving.all(parts.iterator())).hasMessage("the end is missing");
    }
  }

  /** What the source sends to a receiver that has this already. */
  private static List<SnapshotPart> parts(
      Path source, List<String> files, ReceivedSnapshot snapshot) throws IOException {
    String file = snapshot.fileOrNull();
    SnapshotChunks rest =
        file == null
            ? null
            : Objects.requireNonNull(
                SnapshotChunks.restOrNull(source, files, file, snapshot.fileOffset()));
    return parts("the copy", source, files, rest);
  }

  private static List<SnapshotPart> parts(
      String id, Path source, List<String> files, @Nullable SnapshotChunks rest)
      throws IOException {
    List<SnapshotPart> parts = new ArrayList<>();
    parts.add(
        SnapshotPart.newBuilder().setHeader(SnapshotHeader.newBuilder().setSnapshotId(id)).build());
    try (SnapshotChunks chunks = rest == null ? new SnapshotChunks(source, files, 0, 0) : rest) {
      SnapshotChunk chunk = chunks.nextOrNull();
      while (chunk != null) {
        parts.add(SnapshotPart.newBuilder().setChunk(chunk).build());
        chunk = chunks.nextOrNull();
      }
    }
    parts.add(
        SnapshotPart.newBuilder().setEnd(SnapshotEnd.newBuilder().setFiles(files.size())).build());
    return parts;
  }

  private static List<String> write(Path directory, List<Integer> sizes, Random random)
      throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      String name = i % 2 == 0 ? "file-" + i : "below/file-" + i;
      byte[] bytes = new byte[sizes.get(i)];
      random.nextBytes(bytes);
      Files.createDirectories(directory.resolve(name).resolveSibling(""));
      Files.write(directory.resolve(name), bytes);
      files.add(name);
    }
    return files;
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.put(
            directory.relativize(file).toString(),
            HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
