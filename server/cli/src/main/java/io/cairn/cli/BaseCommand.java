package io.cairn.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has. The exit code is what {@link #call} returns. */
@Command(
    sortOptions = false,
    abbreviateSynopsis = true,
    synopsisHeading = "Usage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n")
abstract class BaseCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 100,
      description = "Show this help.")
  boolean help;

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
