package io.cairn.client;

import com.google.protobuf.ByteString;

/**
 * Which keys: all, those between two, or those that begin alike. Keys compare as unsigned bytes.
 */
public final class KeyRange {

  private static final KeyRange ALL = new KeyRange(io.cairn.v1.KeyRange.getDefaultInstance());

  private final io.cairn.v1.KeyRange range;

  private KeyRange(io.cairn.v1.KeyRange range) {
    this.range = range;
  }

  /** Every key. */
  public static KeyRange all() {
    return ALL;
  }

  /** All keys from this one on. */
  public static KeyRange from(byte[] start) {
    return between(start, new byte[0]);
  }

  /**
   * All keys between two.
   *
   * @param start the first key, inclusive; empty for the very first
   * @param end exclusive; empty for past the very last
   */
  public static KeyRange between(byte[] start, byte[] end) {
    return new KeyRange(
        io.cairn.v1.KeyRange.newBuilder()
            .setStart(ByteString.copyFrom(start))
            .setEnd(ByteString.copyFrom(end))
            .build());
  }

  /** All keys that begin with these bytes; every key when there are none. */
  public static KeyRange prefix(byte[] prefix) {
    return new KeyRange(
        io.cairn.v1.KeyRange.newBuilder().setPrefix(ByteString.copyFrom(prefix)).build());
  }

  io.cairn.v1.KeyRange toWire() {
    return range;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyRange that && range.equals(that.range);
  }

  @Override
  public int hashCode() {
    return range.hashCode();
  }

  @Override
  public String toString() {
    return range.getPrefix().isEmpty()
        ? "KeyRange[from " + hex(range.getStart()) + " to " + hex(range.getEnd()) + "]"
        : "KeyRange[prefix " + hex(range.getPrefix()) + "]";
  }

  private static String hex(ByteString bytes) {
    return "0x" + java.util.HexFormat.of().formatHex(bytes.toByteArray());
  }
}
