package io.cairn.replication.journal;

import io.cairn.replication.journal.SegmentInfo.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log's own account of its segments, oldest first: what is not in it does not exist.
 *
 * <p>It is text, a line each, the last line being the CRC32C of all before it.
 *
 * @param nextNumber of the next segment; larger than that of any segment there has been
 */
record Manifest(long nextNumber, LogStart start, List<SegmentInfo> segments) {
  static final int FORMAT_VERSION = 2;
  private static final String TITLE = "cairn-log ";
  private static final String CRC_LINE = "crc ";

  Manifest {
    segments = List.copyOf(segments);
  }

  static Manifest empty() {
    return new Manifest(1, LogStart.ORIGIN, List.of());
  }

  /** The file is damaged. */
  static final class BadManifestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadManifestException(String message) {
      super(message);
    }
  }

  /** The file is from a version of Cairn that writes another format. */
  static final class UnknownFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownFormatException(String message) {
      super(message);
    }
  }

  @Nullable SegmentInfo lastOrNull() {
    return segments.isEmpty() ? null : segments.get(segments.size() - 1);
  }

  String encode() {
    StringBuilder text = new StringBuilder(128 + 96 * segments.size());
    text.append(TITLE).append(FORMAT_VERSION).append('\n');
    text.append("next-segment ").append(nextNumber).append('\n');
    text.append("start ").append(start.offset());
    text.append(' ').append(hex(start.previousCrc()));
    text.append(' ').append(start.previousEpoch()).append('\n');
    for (SegmentInfo segment : segments) {
      text.append("segment ").append(segment.number());
      text.append(' ').append(segment.epoch());
      text.append(' ').append(segment.baseOffset());
      text.append(' ').append(hex(segment.previousCrc()));
      text.append(' ').append(String.format("%016x", segment.salt()));
      Seal seal = segment.sealOrNull();
      if (seal == null) {
        text.append(" open");
      } else {
        text.append(" sealed ").append(seal.endOffset());
        text.append(' ').append(seal.endPosition());
        text.append(' ').append(hex(seal.lastCrc()));
      }
      text.append('\n');
    }
    String crc = hex(crcOf(text));
    return text.append(CRC_LINE).append(crc).append('\n').toString();
  }

  static Manifest decode(String text) {
    if (!text.startsWith(TITLE)) {
      throw new BadManifestException("it does not begin with '" + TITLE.trim() + "'");
    }
    int firstEnd = text.indexOf('\n');
    String version = firstEnd < 0 ? "" : text.substring(TITLE.length(), firstEnd);
    if (!version.equals(String.valueOf(FORMAT_VERSION))) {
      throw new UnknownFormatException(
          "its format is '"
              + version
              + "' and this version of Cairn reads format "
              + FORMAT_VERSION
              + ": use the version that wrote it, or a newer one");
    }
    int crcAt = text.lastIndexOf(CRC_LINE);
    if (crcAt < firstEnd
        || !text.substring(crcAt).equals(CRC_LINE + hex(crcOf(text.substring(0, crcAt))) + '\n')) {
      throw new BadManifestException("its checksum does not match");
    }
    return parse(text.substring(firstEnd + 1, crcAt).split("\n", -1));
  }

  private static Manifest parse(String[] lines) {
    try {
      long nextNumber = Long.parseLong(fields(lines[0], "next-segment", 2)[1]);
      String[] start = fields(lines[1], "start", 4);
      List<SegmentInfo> segments = new ArrayList<>();
      for (int i = 2; i < lines.length - 1; i++) {
        segments.add(parseSegment(lines[i]));
      }
      LogStart logStart =
          new LogStart(Long.parseLong(start[1]), parseHex(start[2]), Long.parseLong(start[3]));
      return new Manifest(nextNumber, logStart, segments);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new BadManifestException("a line is not as it should be: " + e.getMessage());
    }
  }

  private static SegmentInfo parseSegment(String line) {
    boolean sealed = line.contains(" sealed ");
    String[] field = fields(line, "segment", sealed ? 10 : 7);
    if (!field[6].equals(sealed ? "sealed" : "open")) {
      throw new BadManifestException("a segment is neither open nor sealed");
    }
    Seal seal =
        sealed
            ? new Seal(Long.parseLong(field[7]), Long.parseLong(field[8]), parseHex(field[9]))
            : null;
    return new SegmentInfo(
        Long.parseLong(field[1]),
        Long.parseLong(field[2]),
        Long.parseLong(field[3]),
        parseHex(field[4]),
        Long.parseUnsignedLong(field[5], 16),
        seal);
  }

  private static String[] fields(String line, String name, int count) {
    String[] fields = line.split(" ", -1);
    if (!fields[0].equals(name) || fields.length != count) {
      throw new BadManifestException("'" + name + "' with " + count + " fields is missing");
    }
    return fields;
  }

  private static int crcOf(CharSequence text) {
    CRC32C crc = new CRC32C();
    for (int i = 0; i < text.length(); i++) {
      crc.update(text.charAt(i));
    }
    return (int) crc.getValue();
  }

  private static String hex(int value) {
    return String.format("%08x", value);
  }

  private static int parseHex(String text) {
    return Integer.parseUnsignedInt(text, 16);
  }
}
