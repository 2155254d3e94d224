package io.cairn.cli;

/** What the command's exit code says. Part of the interface: scripts rely on it. */
final class ExitCode {

  /** Done. */
  static final int OK = 0;

  /** Failed; a sentence on stderr says why. Also the "no" of {@code get} and {@code exists}. */
  static final int FAILED = 1;

  /** The command line is wrong; nothing was done. */
  static final int USAGE = 2;

  /** The node does not answer or says that something is wrong with it. */
  static final int UNHEALTHY = 3;

  private ExitCode() {}
}
