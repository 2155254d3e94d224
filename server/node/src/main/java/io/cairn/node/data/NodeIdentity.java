package io.cairn.node.data;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.UUID;

/**
 * What a data directory is, fixed when it is created.
 *
 * @param clusterId 32 hex digits
 * @param clusterName empty for a node by itself
 * @param storeId 32 hex digits; another one after a disk was swapped or wiped
 * @param shards parts into which the keys are divided
 */
public record NodeIdentity(
    String clusterId, String clusterName, int nodeId, String storeId, int shards) {
  /** Raised whenever an older program would misread what a newer one wrote. */
  static final int FORMAT_VERSION = 1;

  private static final String FORMAT = "format-version";

  /**
   * @param clusterName empty for a node by itself, which has a random cluster id
   */
  static NodeIdentity create(String clusterName, int nodeId, int shards) {
    SecureRandom random = new SecureRandom();
    return new NodeIdentity(
        clusterName.isEmpty() ? hex(random, 16) : clusterIdOf(clusterName),
        clusterName,
        nodeId,
        hex(random, 16),
        shards);
  }

  /** The id of a cluster of several nodes: all of them find the same without having met. */
  private static String clusterIdOf(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("cairn cluster " + name).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** A node that was by itself becomes the first of a cluster. */
  NodeIdentity inCluster(String name) {
    return new NodeIdentity(clusterIdOf(name), name, nodeId, storeId, shards);
  }

  /** The store id in another form. */
  public UUID storeUuid() {
    return new UUID(
        Long.parseUnsignedLong(storeId.substring(0, 16), 16),
        Long.parseUnsignedLong(storeId.substring(16), 16));
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
        "cluster-name=" + clusterName,
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
        properties.getProperty("cluster-name", "").trim(),
        number(properties, "node-id", file),
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
