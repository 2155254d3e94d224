package io.cairn.cli.rows;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Each line is a key as it stands, its number the value; for word lists and the like. Of equal
 * lines the last one counts.
 */
public final class LinesCodec implements RowCodec {

  @Override
  public Row decode(byte[] line, long number) {
    int end = line.length;
    if (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    return new Row(
        Arrays.copyOf(line, end), Long.toString(number).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void encode(Row row, OutputStream out) {
    throw new UnsupportedOperationException("lines hold no values");
  }
}
