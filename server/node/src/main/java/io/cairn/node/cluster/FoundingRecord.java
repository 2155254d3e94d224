package io.cairn.node.cluster;

import io.cairn.node.data.DataDirectory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How this disk became part of the metadata quorum, written before it did and never changed.
 *
 * @param joined it was added to a quorum that there was already; else it is one of its founders
 * @param stores of a founder: the disks of the others, by node, that had not begun either. Only the
 *     same disks may found with it: another disk of the same node has lost what the first one had
 *     promised.
 */
record FoundingRecord(boolean joined, Map<Integer, UUID> stores) {
  private static final String FILE = "founding.properties";
  private static final String STORE = "store.";

  FoundingRecord {
    stores = Map.copyOf(stores);
  }

  /** Null when the disk is no part of a quorum yet. */
  static @Nullable FoundingRecord readOrNull(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    String begun = properties.getProperty("begun");
    if (!"founded".equals(begun) && !"joined".equals(begun)) {
      throw new IOException(file + " is damaged: it does not say begun=founded or begun=joined");
    }
    Map<Integer, UUID> stores = new TreeMap<>();
    try {
      for (String name : properties.stringPropertyNames()) {
        if (name.startsWith(STORE)) {
          stores.put(
              Integer.valueOf(name.substring(STORE.length())),
              UUID.fromString(properties.getProperty(name)));
        }
      }
    } catch (IllegalArgumentException malformed) {
      throw new IOException(file + " is damaged: " + malformed.getMessage(), malformed);
    }
    return new FoundingRecord(begun.equals("joined"), stores);
  }

  /** When it returns, the record is on the disk. */
  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder("begun=").append(joined ? "joined" : "founded");
    new TreeMap<>(stores)
        .forEach(
            (nodeId, store) ->
                text.append('\n').append(STORE).append(nodeId).append('=').append(store));
    text.append('\n');
    DataDirectory.createDurably(directory);
    DataDirectory.writeDurably(directory.resolve(FILE), text.toString());
  }
}
