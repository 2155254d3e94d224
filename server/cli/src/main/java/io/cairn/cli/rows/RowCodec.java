package io.cairn.cli.rows;

import java.io.IOException;
import java.io.OutputStream;

/** One way to write a row as a line. Not for several threads at once. */
public interface RowCodec {

  /**
   * Reads a line.
   *
   * @param line without its line feed
   * @param number of the line in its file, from 1
   * @throws BadRowException when the line is no row
   */
  Row decode(byte[] line, long number) throws BadRowException;

  /** Writes a row and a line feed; {@link #decode} gives exactly the same bytes back. */
  void encode(Row row, OutputStream out) throws IOException;
}
