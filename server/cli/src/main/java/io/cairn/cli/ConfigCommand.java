package io.cairn.cli;

import picocli.CommandLine.Command;

/** {@code cairn config}: the group of its subcommands. */
@Command(
    name = "config",
    description = "The configuration of a node.",
    subcommands = ConfigShowCommand.class,
    footer = "  cairn config show --config cairn.yaml")
final class ConfigCommand extends BaseCommand {

  @Override
  public Integer call() {
    spec.commandLine().usage(shell().err());
    return ExitCode.USAGE;
  }
}
