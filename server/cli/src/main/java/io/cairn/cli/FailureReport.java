package io.cairn.cli;

import io.cairn.client.CairnException;
import io.cairn.node.data.NodeStartException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/**
 * What a user is told about an exception.
 *
 * @param sentence without a stack trace or a class name
 * @param unexpected whether nobody foresaw it
 */
record FailureReport(int exitCode, String sentence, boolean unexpected) {

  static FailureReport of(Exception e) {
    if (e instanceof CliException cli) {
      return new FailureReport(cli.exitCode(), cli.sentence(), false);
    }
    if (e instanceof CairnException cairn) {
      return new FailureReport(ExitCode.FAILED, ClientCommand.explain(cairn), false);
    }
    if (e instanceof NodeStartException refused) {
      return new FailureReport(ExitCode.FAILED, String.valueOf(refused.getMessage()), false);
    }
    if (e instanceof IOException io) {
      return new FailureReport(ExitCode.FAILED, describe(io), false);
    }
    return new FailureReport(ExitCode.FAILED, "unexpected " + e, true);
  }

  /** File system exceptions often say nothing but the file's name. */
  static String describe(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      return message + " does not exist.";
    }
    if (e instanceof AccessDeniedException) {
      return message + " cannot be accessed: permission denied.";
    }
    if (e instanceof FileAlreadyExistsException) {
      return message + " is in the way.";
    }
    return message + ".";
  }
}
