package io.cairn.benchmarks.ycsb;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import site.ycsb.ByteArrayByteIterator;
import site.ycsb.ByteIterator;

/**
 * A record of YCSB in one value: a byte that tells the format, then for each field the length of
 * its name, the name, the length of its content, the content. Lengths are unsigned numbers of 7
 * bits a byte, lowest first; a record of 10 fields of 100 bytes takes 1,081 bytes.
 */
final class RecordFormat {
  private static final byte FORMAT = 1;

  /** A value that is not such a record. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private final byte[] record;
  private int position;

  private RecordFormat(byte[] record) {
    this.record = record;
  }

  /** Consumes the iterators. */
  static byte[] encode(Map<String, ByteIterator> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(FORMAT);
    fields.forEach(
        (name, content) -> {
          writeBlock(out, name.getBytes(StandardCharsets.UTF_8));
          writeBlock(out, content.toArray());
        });
    return out.toByteArray();
  }

  private static void writeBlock(ByteArrayOutputStream out, byte[] bytes) {
    int rest = bytes.length;
    while (rest >= 0x80) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    out.write(bytes, 0, bytes.length);
  }

  /**
   * The fields in the order in which they were written.
   *
   * @param wanted names of the fields to return; null for all
   * @throws MalformedException when it is no record
   */
  static Map<String, ByteIterator> decode(byte[] record, @Nullable Set<String> wanted)
      throws MalformedException {
    if (record.length == 0 || record[0] != FORMAT) {
      throw new MalformedException("a value of " + record.length + " bytes is no record of YCSB");
    }
    RecordFormat in = new RecordFormat(record);
    in.position = 1;
    Map<String, ByteIterator> fields = new LinkedHashMap<>();
    while (in.position < record.length) {
      int nameLength = in.readLength();
      String name = new String(record, in.position, nameLength, StandardCharsets.UTF_8);
      in.position += nameLength;
      int contentLength = in.readLength();
      if (wanted == null || wanted.contains(name)) {
        fields.put(name, new ByteArrayByteIterator(record, in.position, contentLength));
      }
      in.position += contentLength;
    }
    return fields;
  }

  /** A length that the rest of the record has room for. */
  private int readLength() throws MalformedException {
    int length = 0;
    for (int shift = 0; shift < 35 && position < record.length; shift += 7) {
      byte part = record[position++];
      length |= (part & 0x7f) << shift;
      if (part >= 0) {
        if (length < 0 || length > record.length - position) {
          break;
        }
        return length;
      }
    }
    throw new MalformedException("a record of YCSB breaks off at byte " + position);
  }
}
