package io.cairn.cli;

import picocli.CommandLine.Command;

/** {@code cairn log}: the group of its subcommands. */
@Command(
    name = "log",
    description = "Look into the log of a stopped node. Changes nothing.",
    subcommands = {LogDumpCommand.class, LogVerifyCommand.class},
    footer = {"  cairn log verify --data-dir cairn-data", "  cairn log dump --data-dir cairn-data"})
final class LogCommand extends BaseCommand {

  @Override
  public Integer call() {
    spec.commandLine().usage(shell().err());
    return ExitCode.USAGE;
  }
}
