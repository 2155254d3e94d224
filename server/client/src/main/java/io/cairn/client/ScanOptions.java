package io.cairn.client;

import org.jspecify.annotations.Nullable;

/**
 * What a scan goes over, and how. Start from {@link #all()} and narrow:
 *
 * <pre>{@code
 * ScanOptions.in(KeyRange.prefix(users)).limit(100).reversed()
 * }</pre>
 *
 * @param range the keys to go over
 * @param reverse from the last key to the first
 * @param limit ends after this many; 0 for all
 * @param level what the scan may miss; null for the client's default
 * @param after goes on behind this key (before it, in reverse), which is itself left out; empty for
 *     the beginning; leave the array as it is
 */
public record ScanOptions(
    KeyRange range, boolean reverse, long limit, @Nullable ConsistencyLevel level, byte[] after) {

  private static final ScanOptions ALL =
      new ScanOptions(KeyRange.all(), false, 0, null, new byte[0]);

  public ScanOptions {
    if (limit < 0) {
      throw new IllegalArgumentException("limit must be 0 (for all) or more, not " + limit);
    }
  }

  /** Every key, forward, at the client's default level. */
  public static ScanOptions all() {
    return ALL;
  }

  /** Every key of a range, forward, at the client's default level. */
  public static ScanOptions in(KeyRange range) {
    return new ScanOptions(range, false, 0, null, new byte[0]);
  }

  /** The same from the last key to the first. */
  public ScanOptions reversed() {
    return new ScanOptions(range, true, limit, level, after);
  }

  /**
   * The same, but it ends after so many.
   *
   * @param newLimit 0 for all
   */
  public ScanOptions limit(long newLimit) {
    return new ScanOptions(range, reverse, newLimit, level, after);
  }

  /** The same at a consistency level. */
  public ScanOptions at(ConsistencyLevel newLevel) {
    return new ScanOptions(range, reverse, limit, newLevel, after);
  }

  /** The same, going on behind a key: the last one that an earlier scan returned. */
  public ScanOptions after(byte[] lastKey) {
    return new ScanOptions(range, reverse, limit, level, lastKey);
  }
}
