package io.cairn.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code cairn version}. */
@Command(
    name = "version",
    description = "Show the version of Cairn, and of the Java that runs it.",
    footer = "  cairn version")
final class VersionCommand extends BaseCommand {

  /** What it prints, which {@code cairn --version} prints too. */
  static final class Lines implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "cairn " + number(),
        "java  %s (%s), %s %s"
            .formatted(
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"))
      };
    }
  }

  @Override
  public Integer call() {
    List.of(new Lines().getVersion()).forEach(shell().out()::println);
    return ExitCode.OK;
  }

  /** From the jar's manifest; "development" when there is no jar. */
  static String number() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
