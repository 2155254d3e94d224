package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

  /** Every command and subcommand, as the words one types. */
  static List<List<String>> commands() {
    List<List<String>> all = new ArrayList<>();
    collect(Main.commandLine(Shell.ofProcess(), ""), List.of(), all);
    return all;
  }

  private static void collect(CommandLine parent, List<String> words, List<List<String>> all) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (name.equals("help")) {
                return;
              }
              List<String> path = new ArrayList<>(words);
              path.add(name);
              all.add(path);
              collect(command, path, all);
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTeachesWithExamples(List<String> command) {
    List<String> args = new ArrayList<>(command);
    args.add("--help");

    TestShell.Result result = new TestShell().run(args.toArray(new String[0]));

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    String path = "cairn " + String.join(" ", command);
    assertThat(result.out()).startsWith("Usage: " + path);
    assertThat(result.out().substring(result.out().indexOf("Examples:"))).contains(path);
  }

  @Test
  void helpItselfGoesToStdoutAndNoCommandIsAMistake() {
    assertThat(new TestShell().run("--help").out()).contains("Exit codes:");

    TestShell.Result nothing = new TestShell().run();

    assertThat(nothing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.out()).isEmpty();
    assertThat(nothing.err()).contains("Usage: cairn");
  }

  @Test
  void nearestCommandAndOptionAreSuggested() {
    TestShell.Result command = new TestShell().run("vesion");
    assertThat(command.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(command.err()).contains("'vesion'").contains("version").contains("--help");

    TestShell.Result option = new TestShell().run("version", "--verbos");
    assertThat(option.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(option.err()).contains("--verbos").contains("--verbose");
  }

  @Test
  void versionIsTheSameBothWays() {
    assertThat(new TestShell().run("version").out())
        .startsWith("cairn ")
        .isEqualTo(new TestShell().run("--version").out());
  }

  /** The launcher and Main look at the first word only to know whether this will be a node. */
  @Test
  void noOptionMayStandBeforeTheCommand() {
    TestShell.Result verbose = new TestShell().run("--verbose", "start");
    assertThat(verbose.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(verbose.err()).contains("Unknown option: '--verbose'");

    TestShell.Result version = new TestShell().run("--version", "start", "--config", "none.yaml");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).startsWith("cairn ").doesNotContain("none.yaml");
  }

  @Test
  void settingsOfANodeAreOptions() {
    assertThat(new TestShell().run("start", "--help").out()).contains("--data-dir=");
    assertThat(new TestShell().run("help", "start").out()).contains("--data-dir=");
    assertThat(new TestShell().run("config", "show", "--help").out()).contains("--data-dir=");
    assertThat(new TestShell().run("completion").out()).contains("--data-dir");
  }

  @Test
  void completionKnowsEveryCommand() {
    String script = new TestShell().run("completion").out();

    assertThat(script).contains("complete -F");
    assertThat(commands()).allSatisfy(words -> assertThat(script).contains(words.get(0)));
  }
}
