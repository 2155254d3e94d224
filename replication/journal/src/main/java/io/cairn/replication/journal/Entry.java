package io.cairn.replication.journal;

/**
 * How a record lies in a segment's file. All numbers are little-endian, entries begin at multiples
 * of four.
 *
 * <pre>
 *   0 i32 header word        Chronicle Queue's: bit 31 not complete, bit 30 metadata, else length
 *   4 i64 durable mark       {@code durableEndOffset} when the record was appended
 *  12 i32 check              {@link #check} of the mark
 *  16 record                 see LogRecord
 * </pre>
 */
final class Entry {
  static final int HEADER_WORD_BYTES = 4;
  static final int PREFIX_BYTES = 12;
  static final int OVERHEAD_BYTES = HEADER_WORD_BYTES + PREFIX_BYTES;
  static final int INCOMPLETE = 0x8000_0000;
  static final int METADATA = 0x4000_0000;
  static final int LENGTH_MASK = 0x3fff_ffff;

  private Entry() {}

  static boolean isMetadata(int headerWord) {
    return (headerWord & METADATA) != 0;
  }

  static boolean isComplete(int headerWord) {
    return headerWord != 0 && (headerWord & INCOMPLETE) == 0;
  }

  /** Where the entry after one with this payload begins. */
  static long end(long position, int payloadBytes) {
    return align(position + HEADER_WORD_BYTES + payloadBytes);
  }

  static long align(long position) {
    return (position + 3) & ~3L;
  }

  /**
   * Ties a durable mark to its record and its segment, so that neither a damaged mark nor a record
   * that lies in the bytes of a value can mislead a recovery.
   */
  static int check(long salt, long durableMark, int recordCrc) {
    long mixed = salt ^ durableMark * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
    mixed = (mixed ^ recordCrc) * 0xD6E8_FEB8_6659_FD93L;
    return (int) (mixed >>> 32);
  }
}
