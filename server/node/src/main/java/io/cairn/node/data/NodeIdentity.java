package io.cairn.node.data;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * What a data directory is, fixed when it is created.
 *
 * @param clusterId 32 hex digits
 * @param storeId 32 hex digits; another one after a disk was swapped or wiped
 * @param shards parts into which the keys are divided
 */
public record NodeIdentity(String clusterId, String nodeId, String storeId, int shards) {
  /** Raised whenever an older program would misread what a newer one wrote. */
  static final int FORMAT_VERSION = 1;

  private static final String FORMAT = "format-version";

  static NodeIdentity create(String nodeId, int shards) {
    SecureRandom random = new SecureRandom();
    return new NodeIdentity(
        hex(random, 16),
        nodeId.isEmpty() ? "node-" + hex(random, 4) : nodeId,
        hex(random, 16),
        shards);
  }

  private static String hex(SecureRandom random, int bytes) {
    byte[] id = new byte[bytes];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  String toText() {
    return String.join(
        "\n",
        "# What this data directory is. Written by Cairn; do not change.",
        FORMAT + "=" + FORMAT_VERSION,
        "cluster-id=" + clusterId,
        "node-id=" + nodeId,
        "store-id=" + storeId,
        "shards=" + shards,
        "");
  }

  static NodeIdentity parse(String text, Path file) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException malformed) {
      throw new NodeStartException(file + " is damaged: restore it from a backup.", malformed);
    }
    int format = number(properties, FORMAT, file);
    if (format != FORMAT_VERSION) {
      throw new NodeStartException(
          "The data directory "
              + file.getParent()
              + " has format version "
              + format
              + ", and this version of Cairn reads "
              + FORMAT_VERSION
              + ": start it with the version that wrote it.");
    }
    return new NodeIdentity(
        required(properties, "cluster-id", file),
        required(properties, "node-id", file),
        required(properties, "store-id", file),
        number(properties, "shards", file));
  }

  private static int number(Properties properties, String name, Path file) {
    String text = required(properties, name, file);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException malformed) {
      throw new NodeStartException(
          file + " is damaged: " + name + " is \"" + text + "\". Restore it from a backup.",
          malformed);
    }
  }

  private static String required(Properties properties, String name, Path file) {
    String text = properties.getProperty(name, "").trim();
    if (text.isEmpty()) {
      throw new NodeStartException(
          file + " is damaged: it has no " + name + ". Restore it from a backup.");
    }
    return text;
  }
}
