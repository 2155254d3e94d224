package io.cairn.cli;

import picocli.CommandLine.Command;

/** {@code cairn version}. */
@Command(
    name = "version",
    description = "Show the version of Cairn, and of the Java that runs it.",
    footer = "  cairn version")
final class VersionCommand extends BaseCommand {

  @Override
  public Integer call() {
    print(shell());
    return ExitCode.OK;
  }

  static void print(Shell shell) {
    shell.out().println("cairn " + number());
    shell
        .out()
        .println(
            "java  %s (%s), %s %s"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("java.vendor"),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch")));
  }

  /** From the jar's manifest; "development" when there is no jar. */
  static String number() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
