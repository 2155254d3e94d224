package io.cairn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What every command has. */
abstract class BaseCommand extends HelpedCommand {

  @Option(
      names = "--verbose",
      order = 99,
      description = "When something fails, show the stack trace too (as CAIRN_DEBUG=1).")
  boolean verbose;

  /** Streams and environment. */
  final Shell shell() {
    CommandLine root = spec.commandLine();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return ((RootCommand) root.getCommand()).shellOfProcess();
  }
}
