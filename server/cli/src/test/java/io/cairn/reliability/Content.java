package io.cairn.reliability;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * What the n-th write of a key does, computed from both alone: so that a value that is read tells
 * which write made it and whether a byte of it is wrong.
 */
final class Content {
  private static final int HEADER_BYTES = 4 + 8;
  private static final int LARGE_BYTES = 60_000;

  private Content() {}

  static ByteString key(int index) {
    return ByteString.copyFrom(String.format("key-%06d", index), StandardCharsets.US_ASCII);
  }

  /**
   * @return -1 when it is no key of ours
   */
  static int index(ByteString key) {
    String text = key.toString(StandardCharsets.US_ASCII);
    return text.matches("key-\\d{6}") ? Integer.parseInt(text.substring(4)) : -1;
  }

  /** Whether the write is a delete; sequence 0 stands for "never written". */
  static boolean isDelete(int index, long sequence) {
    return sequence == 0 || mix(index, sequence) % 16 == 0;
  }

  static ByteString value(int index, long sequence) {
    Random random = new Random(mix(index, sequence));
    int length = HEADER_BYTES + (random.nextInt(200) == 0 ? LARGE_BYTES : random.nextInt(400));
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    ByteBuffer.wrap(bytes).putInt(index).putLong(sequence);
    return ByteString.copyFrom(bytes);
  }

  /** The sequence that a value says it is of; -1 when it cannot be one of this key. */
  static long sequence(int index, ByteString value) {
    if (value.size() < HEADER_BYTES) {
      return -1;
    }
    ByteBuffer bytes = value.asReadOnlyByteBuffer();
    return bytes.getInt() == index ? bytes.getLong() : -1;
  }

  private static long mix(int index, long sequence) {
    long hash = (index * 0x9E3779B97F4A7C15L) ^ (sequence * 0xC2B2AE3D27D4EB4FL);
    hash ^= hash >>> 29;
    return (hash * 0xBF58476D1CE4E5B9L) >>> 8;
  }
}
