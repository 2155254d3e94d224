package io.cairn.node.data;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A copy of another node's store on its way into a shard's directory:
 *
 * <pre>
 *   snapshot/store      the files
 *   snapshot/complete   written when all of them are on disk: where the log goes on
 * </pre>
 *
 * Without the second it is worth nothing; with it, it takes the place of log and store, even when a
 * crash comes between.
 */
public final class ReceivedSnapshot implements AutoCloseable {

  /**
   * Where the log goes on behind a store.
   *
   * @param previousCrc CRC of the record that ends at the applied offset
   * @param previousEpoch epoch of that record
   */
  public record Position(long appliedOffset, int previousCrc, long previousEpoch) {}

  private static final String COMPLETE = "complete";

  private final Path directory;
  private final Set<String> files = new HashSet<>();
  private @Nullable String id;
  private @Nullable Position position;
  private @Nullable String openName;
  private @Nullable FileChannel open;

  /** What an earlier one has left in the directory is thrown away. */
  public ReceivedSnapshot(Path directory) throws IOException {
    this.directory = directory;
    startOver();
  }

  private void startOver() throws IOException {
    close();
    files.clear();
    openName = null;
    delete(directory);
    Files.createDirectories(directory.resolve("store"));
  }

  /**
   * The copy of this id comes from its beginning, or, when it is the one that broke off, from
   * {@link #fileOrNull} and {@link #fileOffset} on.
   */
  public void begin(String snapshotId, Position known) throws IOException {
    if (!snapshotId.equals(id) || open == null) {
      startOver();
      id = snapshotId;
    }
    position = known;
  }

  /** Of the copy that has begun; null when none has. */
  public @Nullable String idOrNull() {
    return id;
  }

  /** The file that came last, in part or whole; null when the copy cannot go on. */
  public @Nullable String fileOrNull() {
    return open == null ? null : openName;
  }

  /** So many bytes of it have come. */
  public long fileOffset() throws IOException {
    FileChannel channel = open;
    return channel == null ? 0 : channel.size();
  }

  /** Files come one after the other, each from its beginning to its end. */
  public void write(String file, long offset, ByteBuffer data, int crc) throws IOException {
    CRC32C actual = new CRC32C();
    actual.update(data.duplicate());
    if ((int) actual.getValue() != crc) {
      throw new IOException("what arrived of " + file + " is damaged");
    }
    FileChannel channel = open;
    if (channel == null || !file.equals(openName)) {
      channel = open(file);
    }
    if (channel.size() != offset) {
      throw new IOException("a part of " + file + " is missing");
    }
    while (data.hasRemaining()) {
      channel.write(data);
    }
  }

  private FileChannel open(String file) throws IOException {
    closeFile();
    Path store = directory.resolve("store");
    Path path = store.resolve(file).normalize();
    if (!path.startsWith(store) || !files.add(file)) {
      throw new IOException("a file named " + file + " cannot be part of a store twice");
    }
    Files.createDirectories(path.resolveSibling(""));
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    open = channel;
    openName = file;
    return channel;
  }

  private void closeFile() throws IOException {
    FileChannel channel = open;
    open = null;
    if (channel != null) {
      channel.force(true);
      channel.close();
    }
  }

  /** All has come, and all of it is on disk when this returns. */
  public void complete(int fileCount) throws IOException {
    closeFile();
    Position known = position;
    if (known == null || fileCount != files.size()) {
      throw new IOException(files.size() + " files came instead of " + fileCount);
    }
    DataDirectory.forceDirectory(directory.resolve("store"));
    DataDirectory.writeDurably(
        directory.resolve(COMPLETE),
        "applied-offset="
            + known.appliedOffset()
            + "\nprevious-crc="
            + known.previousCrc()
            + "\nprevious-epoch="
            + known.previousEpoch()
            + "\n");
  }

  /** What lies in a shard's directory and is complete, or null. */
  static @Nullable Position completeOrNull(Path directory) throws IOException {
    Path file = directory.resolve(COMPLETE);
    if (!Files.exists(file)) {
      return null;
    }
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    try {
      return new Position(
          Long.parseLong(properties.getProperty("applied-offset")),
          Integer.parseInt(properties.getProperty("previous-crc")),
          Long.parseLong(properties.getProperty("previous-epoch")));
    } catch (NumberFormatException damaged) {
      throw new IOException(file + " is damaged", damaged);
    }
  }

  /** The store's files take the place of what is there; nothing is left of the snapshot. */
  static void moveStore(Path directory, Path store) throws IOException {
    Path received = directory.resolve("store");
    if (Files.exists(received)) {
      delete(store);
      Files.move(received, store);
      DataDirectory.forceDirectory(store.resolveSibling(""));
    }
    Files.deleteIfExists(directory.resolve(COMPLETE));
    delete(directory);
  }

  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
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
