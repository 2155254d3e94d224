package io.cairn.cli.rows;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of bytes from a stream, in memory bounded by the longest line allowed. Not for several
 * threads.
 */
public final class LineReader {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final int maxLineBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private byte[] line = new byte[1024];
  private int length;
  private long number;
  private long bytesRead;

  /**
   * @param maxLineBytes longer lines are skipped: {@link #nextOrNull} throws for them
   */
  public LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * The next line without its line feed, or null at the end. After an exception the next call goes
   * on with the next line.
   *
   * @throws BadRowException when the line is longer than the limit; it has been read to its end
   */
  public byte @Nullable [] nextOrNull() throws IOException, BadRowException {
    length = 0;
    boolean tooLong = false;
    boolean begun = false;
    while (true) {
      if (position == limit && !fill()) {
        if (!begun) {
          return null;
        }
        break;
      }
      if (!begun) {
        begun = true;
        number++;
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      if (!tooLong && length + (end - position) > maxLineBytes) {
        tooLong = true;
      }
      if (!tooLong) {
        append(end);
      }
      boolean lineEnds = end < limit;
      position = lineEnds ? end + 1 : end;
      if (lineEnds) {
        break;
      }
    }
    if (tooLong) {
      throw new BadRowException("longer than " + maxLineBytes + " bytes");
    }
    return Arrays.copyOf(line, length);
  }

  private boolean fill() throws IOException {
    int count = in.read(buffer);
    if (count < 0) {
      return false;
    }
    position = 0;
    limit = count;
    bytesRead += count;
    return true;
  }

  private void append(int end) {
    int count = end - position;
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, Math.min(maxLineBytes, 2 * line.length)));
    }
    System.arraycopy(buffer, position, line, length, count);
    length += count;
  }

  /** The number of the line read last, from 1. */
  public long number() {
    return number;
  }

  /** How much has been read from the stream. */
  public long bytesRead() {
    return bytesRead;
  }
}
