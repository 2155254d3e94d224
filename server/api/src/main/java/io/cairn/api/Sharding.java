package io.cairn.api;

import java.util.zip.CRC32C;

/** Which shard a key belongs to. Part of the format: it must never change for data that exists. */
public final class Sharding {

  private Sharding() {}

  /** The CRC32C of the key as an unsigned number, modulo the number of shards. */
  public static int shardOf(byte[] key, int shardCount) {
    return shardOf(key, 0, key.length, shardCount);
  }

  /** The same for a key that is a slice of an array. */
  public static int shardOf(byte[] array, int position, int length, int shardCount) {
    if (shardCount == 1) {
      return 0;
    }
    return shardOf(hashOf(array, position, length), shardCount);
  }

  /** What a key's shard is computed from, for a caller that does not know their number yet. */
  public static long hashOf(byte[] key) {
    return hashOf(key, 0, key.length);
  }

  /** The shard of a key with that {@link #hashOf}. */
  public static int shardOf(long hash, int shardCount) {
    return (int) (hash % shardCount);
  }

  private static long hashOf(byte[] array, int position, int length) {
    CRC32C crc = new CRC32C();
    crc.update(array, position, length);
    return crc.getValue();
  }
}
