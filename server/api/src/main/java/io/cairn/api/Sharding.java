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
    CRC32C crc = new CRC32C();
    crc.update(array, position, length);
    return (int) (crc.getValue() % shardCount);
  }
}
