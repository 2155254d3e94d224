package io.cairn.cli.rows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Key, tab, value, with escapes: {@code \t \n \r \\}, and {@code \xNN} for a byte that is a control
 * character or not part of well-formed UTF-8. A carriage return before the line feed belongs to the
 * line's end, for files made elsewhere.
 */
public final class TsvCodec implements RowCodec {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int DELETE = 0x7f;

  @Override
  public Row decode(byte[] line, long number) throws BadRowException {
    int end = line.length;
    if (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    int tab = indexOfTab(line, 0, end);
    if (tab == end) {
      throw new BadRowException("no tab between key and value");
    }
    if (indexOfTab(line, tab + 1, end) != end) {
      throw new BadRowException("more than one tab; a tab inside a key or value is written \\t");
    }
    return new Row(unescape(line, 0, tab), unescape(line, tab + 1, end));
  }

  private static int indexOfTab(byte[] line, int from, int end) {
    int at = from;
    while (at < end && line[at] != '\t') {
      at++;
    }
    return at;
  }

  private static byte[] unescape(byte[] line, int from, int end) throws BadRowException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end - from);
    int at = from;
    while (at < end) {
      byte b = line[at++];
      if (b != '\\') {
        out.write(b);
        continue;
      }
      byte letter = at < end ? line[at++] : 0;
      switch (letter) {
        case 't' -> out.write('\t');
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case '\\' -> out.write('\\');
        case 'x' -> {
          int high = at < end ? Character.digit(line[at++], 16) : -1;
          int low = at < end ? Character.digit(line[at++], 16) : -1;
          if (high < 0 || low < 0) {
            throw new BadRowException("\\x is not followed by two hex digits");
          }
          out.write(high << 4 | low);
        }
        default ->
            throw new BadRowException(
                "a backslash begins none of \\t \\n \\r \\\\ \\xNN; a backslash itself is written \\\\");
      }
    }
    return out.toByteArray();
  }

  @Override
  public void encode(Row row, OutputStream out) throws IOException {
    escape(row.key(), out);
    out.write('\t');
    escape(row.value(), out);
    out.write('\n');
  }

  /** Writes bytes so that they stay on one line and in one column. */
  public static void escape(byte[] bytes, OutputStream out) throws IOException {
    boolean text = Text.decodeOrNull(bytes) != null;
    for (byte b : bytes) {
      switch (b) {
        case '\t' -> out.write(new byte[] {'\\', 't'});
        case '\n' -> out.write(new byte[] {'\\', 'n'});
        case '\r' -> out.write(new byte[] {'\\', 'r'});
        case '\\' -> out.write(new byte[] {'\\', '\\'});
        default -> {
          boolean control = (b >= 0 && b < ' ') || b == DELETE;
          if (control || (b < 0 && !text)) {
            out.write(new byte[] {'\\', 'x', HEX[(b >> 4) & 0xf], HEX[b & 0xf]});
          } else {
            out.write(b);
          }
        }
      }
    }
  }
}
