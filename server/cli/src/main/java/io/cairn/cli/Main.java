package io.cairn.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the {@code cairn} command begins, and where all its failures become a sentence. */
public final class Main {

  private static final int HELP_COLUMNS = 110;

  private Main() {}

  public static void main(String[] args) {
    if (args.length == 0 || !args[0].equals("start")) {
      NodeLogging.off();
    }
    System.exit(run(Shell.ofProcess(), args));
  }

  /** Runs one command line in this process and returns its exit code. */
  static int run(Shell shell, String... args) {
    CommandLine commandLine = commandLine(shell, args.length == 0 ? "" : args[0]);
    // Help and version. Not written to stdout by picocli, which prints a stack trace when it
    // cannot.
    StringWriter printed = new StringWriter();
    commandLine.setOut(new PrintWriter(printed));
    try {
      int exitCode = commandLine.execute(args);
      shell.out().print(printed.toString());
      shell.out().flush();
      return exitCode;
    } catch (DataOut.Closed e) {
      return onClosed(shell, e);
    }
  }

  private static int onClosed(Shell shell, DataOut.Closed e) {
    if (!e.readerIsGone()) {
      shell.err().println("cairn: cannot write to stdout: " + e.reason() + ".");
    }
    return ExitCode.FAILED;
  }

  /**
   * The command line's model.
   *
   * @param first its first word; empty for all commands
   */
  static CommandLine commandLine(Shell shell, String first) {
    CommandLine commandLine = new CommandLine(new RootCommand(shell));
    RootCommand.addCommands(commandLine, first);
    commandLine.setExpandAtFiles(false); // a key or value may begin with @
    commandLine.setUsageHelpWidth(HELP_COLUMNS);
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(shell.wantsColor() ? Ansi.ON : Ansi.OFF));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler((e, args) -> onWrongUsage(shell, e));
    commandLine.setExecutionExceptionHandler((e, line, result) -> onFailure(shell, line, e));
    return commandLine;
  }

  private static int onWrongUsage(Shell shell, ParameterException e) {
    shell.err().println("cairn: " + e.getMessage());
    CommandLine commandLine = e.getCommandLine();
    UnmatchedArgumentException.printSuggestions(e, commandLine.getErr());
    shell.err().println("Try `" + commandLine.getCommandSpec().qualifiedName() + " --help`.");
    return ExitCode.USAGE;
  }

  private static int onFailure(Shell shell, CommandLine commandLine, Exception e) {
    // Answered here: what this method throws, picocli prints with a stack trace.
    if (e instanceof DataOut.Closed closed) {
      return onClosed(shell, closed);
    }
    try {
      shell.out().flush();
    } catch (DataOut.Closed closed) {
      onClosed(shell, closed);
    }
    boolean verbose = commandLine.getCommand() instanceof BaseCommand command && command.verbose;
    boolean stackTrace = verbose || shell.wantsStackTraces();
    FailureReport failure = FailureReport.of(e);
    shell.err().println("cairn: " + failure.sentence());
    if (stackTrace) {
      e.printStackTrace(shell.err());
    } else if (failure.unexpected()) {
      shell.err().println("This is a bug in Cairn; --verbose shows where it happened.");
    }
    return failure.exitCode();
  }
}
