package io.cairn.cli;

/** Ends a command with one sentence for its user and an exit code. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  private CliException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static CliException failed(String message) {
    return new CliException(ExitCode.FAILED, message);
  }

  static CliException failed(String message, Throwable cause) {
    return new CliException(ExitCode.FAILED, message, cause);
  }

  static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }

  /** The sentence. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
