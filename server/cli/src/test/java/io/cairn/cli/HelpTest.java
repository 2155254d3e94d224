package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
              if (name.equals("help") || !name.equals(command.getCommandName())) {
                return; // help, or another name of the same
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

  @Test
  void bashTakesTheCompletion(@TempDir Path folder) throws Exception {
    Path script =
        Files.writeString(folder.resolve("script"), new TestShell().run("completion").out());
    Path out = folder.resolve("out");
    Process bash;
    try {
      bash =
          new ProcessBuilder(
                  "bash",
                  "-c",
                  "source \"$1\" && complete -p cairn && COMP_WORDS=(cairn expo) COMP_CWORD=1"
                      + " && _complete_cairn && echo \"${COMPREPLY[@]}\"",
                  "bash",
                  script.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("skipped: there is no bash");
      throw e;
    }
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(bash.exitValue()).as(Files.readString(out)).isZero();
    assertThat(out).content().contains("complete").endsWith("\nexport\n");
  }
}
