package io.cairn.replication.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.NavigableMap;

/**
 * One operation in the form in which it lies in a log record: the effect of a request, with nothing
 * left to decide.
 *
 * <p>It is encoded once, where the request comes in, and copied as bytes from there on.
 *
 * <pre>
 *   u8  kind                    1 PUT, 2 DELETE, 3 DELETE_RANGE, 4 NO_OP
 *   u8  flags                   bit 0: write id present, bit 1: expiry present, bit 2: may be offered
 *                               again when it is cut off
 *   i64 client id, i64 sequence only with bit 0
 *   i64 expiry                  only with bit 1: milliseconds since 1970
 *   i32 key length, i32 value length
 *   key                         DELETE_RANGE: first key of the range; empty: from the first
 *   value                       DELETE_RANGE: end of the range, exclusive; empty: to the last
 * </pre>
 *
 * All numbers are little-endian.
 */
public final class Operation {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  static final int FLAG_WRITE_ID = 1;
  static final int FLAG_EXPIRY = 2;
  static final int FLAG_OFFERABLE = 4;
  static final int KNOWN_FLAGS = FLAG_WRITE_ID | FLAG_EXPIRY | FLAG_OFFERABLE;

  /** No client id: the write cannot be recognised when it is sent again. */
  public static final long NO_CLIENT = 0;

  /** What an operation does. */
  public enum Kind {
    PUT(1),
    DELETE(2),
    DELETE_RANGE(3),
    /** Changes nothing; the first operation of an epoch. */
    NO_OP(4);

    private static final Kind[] BY_CODE = {null, PUT, DELETE, DELETE_RANGE, NO_OP};

    final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    static Kind of(int code) {
      if (code < 1 || code >= BY_CODE.length) {
        throw new IllegalArgumentException("unknown operation kind " + code);
      }
      return BY_CODE[code];
    }
  }

  /** Bytes that can be copied, so that a network buffer need not become an array first. */
  public interface ByteSource {
    int length();

    void copyTo(byte[] target, int position);

    static ByteSource of(byte[] bytes) {
      return new ByteSource() {
        @Override
        public int length() {
          return bytes.length;
        }

        @Override
        public void copyTo(byte[] target, int position) {
          System.arraycopy(bytes, 0, target, position, bytes.length);
        }
      };
    }
  }

  private static final ByteSource EMPTY = ByteSource.of(new byte[0]);

  private Operation() {}

  public static byte[] put(ByteSource key, ByteSource value, long clientId, long sequence) {
    return encode(Kind.PUT, key, value, clientId, sequence);
  }

  public static byte[] delete(ByteSource key, long clientId, long sequence) {
    return encode(Kind.DELETE, key, EMPTY, clientId, sequence);
  }

  /**
   * @param start first key, inclusive; empty for the very first
   * @param end end, exclusive; empty for past the very last
   */
  public static byte[] deleteRange(ByteSource start, ByteSource end, long clientId, long sequence) {
    return encode(Kind.DELETE_RANGE, start, end, clientId, sequence);
  }

  public static byte[] noOp() {
    return encode(Kind.NO_OP, EMPTY, EMPTY, NO_CLIENT, 0);
  }

  /**
   * Marks an encoded operation as one that may take effect later, when a failover has cut it off
   * from a log, as long as nothing newer has changed its key: a write at the level EVENTUAL without
   * a condition. Anything else may have been answered, by another leader, as never applied.
   */
  public static void markOfferable(byte[] operation) {
    operation[1] |= FLAG_OFFERABLE;
  }

  /** The key of an encoded operation, or the first one of its range. */
  static Key key(byte[] operation) {
    int position = lengthsPosition(operation);
    return new Key(operation, position + 8, (int) INT.get(operation, position));
  }

  private static Key valueOrEnd(byte[] operation) {
    int position = lengthsPosition(operation);
    int keyLength = (int) INT.get(operation, position);
    return new Key(operation, position + 8 + keyLength, (int) INT.get(operation, position + 4));
  }

  private static int lengthsPosition(byte[] operation) {
    return 2
        + ((operation[1] & FLAG_WRITE_ID) != 0 ? 16 : 0)
        + ((operation[1] & FLAG_EXPIRY) != 0 ? 8 : 0);
  }

  static long clientId(byte[] operation) {
    return (operation[1] & FLAG_WRITE_ID) != 0 ? (long) LONG.get(operation, 2) : NO_CLIENT;
  }

  static long sequence(byte[] operation) {
    return (operation[1] & FLAG_WRITE_ID) != 0 ? (long) LONG.get(operation, 10) : 0;
  }

  /** Takes out the keys that an encoded operation changes. */
  static void removeChanged(NavigableMap<Key, ?> keys, byte[] operation) {
    removeChanged(keys, Kind.of(operation[0]), key(operation), valueOrEnd(operation));
  }

  /** Takes out the keys that the cursor's operation changes. */
  static void removeChanged(NavigableMap<Key, ?> keys, OperationCursor cursor) {
    Key key = new Key(cursor.array(), cursor.keyPosition(), cursor.keyLength());
    Key end = new Key(cursor.array(), cursor.valuePosition(), cursor.valueLength());
    removeChanged(keys, cursor.kind(), key, end);
  }

  private static void removeChanged(NavigableMap<Key, ?> keys, Kind kind, Key key, Key end) {
    switch (kind) {
      case PUT, DELETE -> keys.remove(key);
      case DELETE_RANGE -> {
        NavigableMap<Key, ?> from = keys.tailMap(key, true);
        (end.length() == 0 ? from : from.headMap(end, false)).clear();
      }
      case NO_OP -> {}
    }
  }

  static boolean isDelete(byte[] operation) {
    return operation[0] == Kind.DELETE.code || isRangeDelete(operation);
  }

  static boolean isRangeDelete(byte[] operation) {
    return operation[0] == Kind.DELETE_RANGE.code;
  }

  /** Bytes that an operation adds to a record besides its key and value, at most. */
  public static final int MAX_OVERHEAD_BYTES = 2 + 16 + 8 + 8;

  private static byte[] encode(
      Kind kind, ByteSource key, ByteSource value, long clientId, long sequence) {
    boolean identified = clientId != NO_CLIENT;
    int head = 2 + (identified ? 16 : 0) + 8;
    int keyLength = key.length();
    int valueLength = value.length();
    byte[] bytes = new byte[Math.addExact(head, Math.addExact(keyLength, valueLength))];
    bytes[0] = kind.code;
    bytes[1] = (byte) (identified ? FLAG_WRITE_ID : 0);
    int position = 2;
    if (identified) {
      LONG.set(bytes, position, clientId);
      LONG.set(bytes, position + 8, sequence);
      position += 16;
    }
    INT.set(bytes, position, keyLength);
    INT.set(bytes, position + 4, valueLength);
    key.copyTo(bytes, head);
    value.copyTo(bytes, head + keyLength);
    return bytes;
  }
}
