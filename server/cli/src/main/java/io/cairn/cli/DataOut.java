package io.cairn.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command's data goes. When nobody reads any more every method throws {@link Closed}, which
 * ends the command without a message, as {@code | head} expects; a PrintStream would go on for
 * ever.
 */
final class DataOut extends OutputStream {

  /** The reader has gone away, or the disk behind the stream is full. */
  static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Closed(IOException cause) {
      super(cause.getMessage(), cause);
    }

    String reason() {
      return String.valueOf(getMessage());
    }

    /** Whether whoever read has ended, which is no failure worth a message. */
    boolean readerIsGone() {
      return reason().contains("Broken pipe");
    }
  }

  private final OutputStream stream;
  private boolean broken;

  DataOut(OutputStream stream) {
    this.stream = stream;
  }

  void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void println(String line) {
    print(line);
    write('\n');
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException e) {
      throw closed(e);
    }
  }

  @Override
  public void write(int b) {
    try {
      stream.write(b);
    } catch (IOException e) {
      throw closed(e);
    }
  }

  /** Does nothing once the stream is broken: whoever wrote before has been told. */
  @Override
  public void flush() {
    if (broken) {
      return;
    }
    try {
      stream.flush();
    } catch (IOException e) {
      throw closed(e);
    }
  }

  private Closed closed(IOException e) {
    broken = true;
    return new Closed(e);
  }
}
