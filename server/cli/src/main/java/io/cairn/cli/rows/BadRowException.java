package io.cairn.cli.rows;

/** A line that is no row; the message says why, as the end of a sentence. */
public final class BadRowException extends Exception {

  private static final long serialVersionUID = 1L;

  public BadRowException(String message) {
    super(message);
  }
}
