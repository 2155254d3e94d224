package io.cairn.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code cairn} command itself: it only has subcommands. No option of its own may stand before
 * one of them: the launcher and {@link Main} know by the first word what kind of process this is.
 */
@Command(
    name = "cairn",
    versionProvider = VersionCommand.Lines.class,
    description = "Cairn: a durable, replicated key-value store.",
    footer = {
      "  cairn demo                   see three nodes, one of them killed, and nothing lost",
      "  cairn start                  run a node here, its data in ./cairn-data",
      "  cairn put greeting hello     write a key, in another terminal",
      "  cairn get greeting           read it",
      "  cairn COMMAND --help         learn more, with examples",
      "",
      "Exit codes: 0 done; 1 failed, or get/exists found no such key; 2 wrong command line; 3 node unhealthy.",
      "Data goes to stdout, messages to stderr. NO_COLOR is respected."
    })
final class RootCommand extends HelpedCommand {

  /** In the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("start", StartCommand.class);
    COMMANDS.put("put", PutCommand.class);
    COMMANDS.put("get", GetCommand.class);
    COMMANDS.put("delete", DeleteCommand.class);
    COMMANDS.put("exists", ExistsCommand.class);
    COMMANDS.put("keys", KeysCommand.class);
    COMMANDS.put("scan", ScanCommand.class);
    COMMANDS.put("clear", ClearCommand.class);
    COMMANDS.put("import", ImportCommand.class);
    COMMANDS.put("export", ExportCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("cluster", ClusterCommand.class);
    COMMANDS.put("config", ConfigCommand.class);
    COMMANDS.put("log", LogCommand.class);
    COMMANDS.put("bench", BenchCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("version", VersionCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
    COMMANDS.put("help", CommandLine.HelpCommand.class);
  }

  private final Shell shell;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version, as `cairn version` does.")
  boolean version;

  RootCommand(Shell shell) {
    this.shell = shell;
  }

  /**
   * Adds the subcommands that a command line can mean: reading the annotations of all of them would
   * take longer than most commands do.
   *
   * @param first the first word of the command line, empty for none
   */
  static void addCommands(CommandLine root, String first) {
    Class<?> only = COMMANDS.get(first);
    if (only != null && !first.equals("help") && !first.equals("completion")) {
      root.addSubcommand(first, new CommandLine(only));
    } else {
      // A CommandLine of its own each: otherwise the settings are not added as options.
      COMMANDS.forEach((name, command) -> root.addSubcommand(name, new CommandLine(command)));
    }
  }

  Shell shellOfProcess() {
    return shell;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.err());
    return ExitCode.USAGE;
  }
}
