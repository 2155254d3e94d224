package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in this process, on a durable node in this process. */
class CommandsOnNodeTest {

  @TempDir static Path nodeDirectory;
  private static CairnNode node;

  @TempDir Path folder;

  @BeforeAll
  static void startNode() {
    node = TestNode.start(nodeDirectory.resolve("data"));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @BeforeEach
  void clear() {
    assertThat(run("clear", "--yes").exitCode()).isZero();
  }

  private static TestShell shell() {
    return TestNode.shell(node);
  }

  private static Result run(String... args) {
    return shell().run(args);
  }

  @Test
  void putGetExistsDelete() {
    assertThat(run("put", "greeting", "hällo").out()).startsWith("ok, version ");
    assertThat(run("get", "greeting").out()).isEqualTo("hällo\n");
    assertThat(run("get", "--raw", "--consistency", "eventual", "greeting").out())
        .isEqualTo("hällo");
    assertThat(run("exists", "greeting").out()).isEqualTo("true\n");
    assertThat(run("delete", "greeting").exitCode()).isZero();

    Result gone = run("get", "greeting");
    assertThat(gone.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(gone.out()).isEmpty();
    assertThat(gone.err()).contains("no key 'greeting'");
    Result absent = run("exists", "greeting");
    assertThat(absent.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(absent.out()).isEqualTo("false\n");
  }

  @Test
  void anAtSignIsPartOfTheText() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");

    assertThat(run("put", "handle", "@@bob").exitCode()).isZero();
    assertThat(run("put", "@" + file, "@" + file).exitCode()).isZero();

    assertThat(run("get", "handle").out()).isEqualTo("@@bob\n");
    assertThat(run("get", "@" + file).out()).isEqualTo("@" + file + "\n");
  }

  @Test
  void bytesThatAreNotText() {
    assertThat(run("put", "--hex", "00ff", "cafe").exitCode()).isZero();

    assertThat(run("get", "--hex", "00ff").out()).isEqualTo("cafe\n");
    assertThat(run("get", "--base64", "AP8=").out()).isEqualTo("yv4=\n");
    assertThat(run("keys").out()).isEqualTo("\\x00\\xff\n");
    assertThat(run("scan", "--hex").out()).isEqualTo("00ff\tcafe\n");
    assertThat(run("get", "-o", "json", "--hex", "00ff").out())
        .contains("\"key_base64\":\"AP8=\"")
        .contains("\"value_base64\":\"yv4=\"")
        .contains("\"version\":");
  }

  @Test
  void valueFromStdinIsTakenByteForByte() {
    byte[] value = {0, 10, (byte) 0xff, 10};

    assertThat(shell().withInput(value).run("put", "blob", "-").exitCode()).isZero();

    assertThat(run("get", "--raw", "blob").outBytes()).isEqualTo(value);
  }

  @Test
  void scansInKeyOrderOverARange() {
    for (String key : List.of("b", "a", "c", "aa")) {
      run("put", key, "v" + key);
    }

    assertThat(run("scan").out()).isEqualTo("a\tva\naa\tvaa\nb\tvb\nc\tvc\n");
    assertThat(run("keys", "--prefix", "a").out()).isEqualTo("a\naa\n");
    assertThat(run("keys", "--from", "aa", "--to", "c").out()).isEqualTo("aa\nb\n");
    assertThat(run("keys", "--reverse", "--limit", "2").out()).isEqualTo("c\nb\n");
    assertThat(run("keys", "-o", "json", "--limit", "1").out()).isEqualTo("{\"key\":\"a\"}\n");
  }

  @Test
  void clearAsksOnATerminalAndRefusesToGuessWithoutOne() {
    run("put", "a", "1");

    Result without = run("clear");
    assertThat(without.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("--yes");

    Result no = shell().withTerminals("012").withInput("no\n").run("clear");
    assertThat(no.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run("exists", "a").exitCode()).isZero();

    assertThat(shell().withTerminals("012").withInput("yes\n").run("clear").exitCode()).isZero();
    assertThat(run("exists", "a").exitCode()).isEqualTo(ExitCode.FAILED);
  }

  /** As an empty variable of a script gives it. */
  @Test
  void clearRefusesAnEmptyRange() {
    run("put", "a", "1");

    for (String option : List.of("--prefix", "--from", "--to")) {
      Result result = run("clear", option, "", "--yes");
      assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains(option + " is empty");
    }
    assertThat(run("exists", "a").exitCode()).isZero();
    assertThat(run("keys", "--prefix", "").out()).isEqualTo("a\n");
  }

  @Test
  void behindTwoDashesNothingIsAnOption() {
    assertThat(run("put", "temperature", "--", "-5").exitCode()).isZero();

    assertThat(run("get", "temperature").out()).isEqualTo("-5\n");
  }

  @Test
  void statusAsTableAndJson() {
    Result table = run("status");
    assertThat(table.exitCode()).isZero();
    assertThat(table.out()).contains("serving").contains("LEADER");
    assertThat(run("status", "-o", "json").out()).contains("\"health\": \"NODE_HEALTH_SERVING\"");
  }

  @Test
  void statusOfANodeThatIsNotThereIsUnhealthy() {
    Result result =
        new TestShell().run("status", "--endpoints", "127.0.0.1:1", "--timeout", "300ms");

    assertThat(result.exitCode()).isEqualTo(ExitCode.UNHEALTHY);
    assertThat(result.err()).contains("127.0.0.1:1");
  }

  @Test
  void unreachableNodeIsASentence() {
    Result result =
        new TestShell().run("get", "a", "--endpoints", "127.0.0.1:1", "--timeout", "300ms");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("127.0.0.1:1")
        .contains("cairn start")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    assertThat(run("get").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("get", "--hex", "xyz").err()).contains("not hex digits");
    assertThat(run("get", "--hex", "--base64", "00").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("get", "a\uFFFDb").err()).contains("UTF-8");
    assertThat(run("get", "a", "--timeout", "5").err()).contains("not a duration");
    assertThat(run("get", "a", "--endpoints", "host:port").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("scan", "--prefix", "a", "--from", "b").err()).contains("--prefix excludes");
    assertThat(run("import", "words").err()).contains("--format");
    assertThat(run("export", "--format", "lines").err()).contains("cairn keys");
    assertThat(run("put", "", "x").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run("start", "--data-dir", "x", "--limits.max-valeu", "1").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void importAndExportGiveBackEveryByte() throws IOException {
    List<String> tsv = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      tsv.add("key/%02x\\x%02x\tvalue \\x%02x\\t\\n\\\\".formatted(i, i, i));
    }
    Path source = Files.write(folder.resolve("rows.tsv"), tsv);

    Result imported = run("import", source.toString());

    assertThat(imported.exitCode()).isZero();
    assertThat(imported.err()).contains("imported: 256 rows").contains("0 bad rows");
    for (String format : List.of("tsv", "jsonl")) {
      Path first = folder.resolve("first." + format);
      Path second = folder.resolve("second." + format);
      assertThat(run("export", first.toString()).exitCode()).isZero();
      clear();
      assertThat(run("import", first.toString()).exitCode()).isZero();
      assertThat(run("export", second.toString()).exitCode()).isZero();
      assertThat(second).hasSameBinaryContentAs(first);
      assertThat(Files.readAllLines(first)).hasSize(256);
    }
    assertThat(run("get", "--hex", "--raw", "6b65792f6666ff").out())
        .isEqualTo("76616c756520ff090a5c");
    assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
  }

  @Test
  void badRowsAreReportedAndTheOthersWritten() {
    String rows = "a\t1\nno tab\n\nb\t2\nc\t\\q\n\t3\nd\t4";

    Result result = shell().withInput(rows).run("import", "--format", "tsv", "-");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("line 2: no tab")
        .contains("line 5: ")
        .contains("line 6: the key is empty")
        .contains("imported: 3 rows")
        .contains("3 bad rows");
    assertThat(run("scan").out()).isEqualTo("a\t1\nb\t2\nd\t4\n");
  }

  @Test
  void emptyLinesAreSkippedAlsoWhereLinesEndWithCrLf() {
    String rows = "a\t1\r\n\r\n\nb\t2\r\n";

    Result result = shell().withInput(rows).run("import", "--format", "tsv", "-");

    assertThat(result.err()).contains("imported: 2 rows").contains("0 bad rows");
    assertThat(run("scan").out()).isEqualTo("a\t1\nb\t2\n");
  }

  @Test
  void rowsThatTheNodeRefusesAreBadRowsToo() {
    String rows = "a\t1\n" + "k".repeat(70_000) + "\t2\nb\t3\n";

    Result result = shell().withInput(rows).run("import", "--format", "tsv", "-");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("line 2: ").contains("1 bad row");
    assertThat(run("keys").out()).isEqualTo("a\nb\n");
  }

  @Test
  void manyBadRowsAreCountedButNotAllTold() {
    String rows = "bad\n".repeat(1000);

    Result result = shell().withInput(rows).run("import", "--format", "tsv", "-");

    assertThat(result.err()).contains("and 980 more").contains("1,000 bad rows");
    assertThat(result.err().lines()).hasSizeLessThan(25);
  }

  @Test
  void ofEqualKeysTheLastRowWins() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      rows.append("same\t").append(i).append('\n');
    }

    assertThat(shell().withInput(rows.toString()).run("import", "--format", "tsv", "-").exitCode())
        .isZero();

    assertThat(run("get", "same").out()).isEqualTo("299\n");
  }

  @Test
  void linesAreKeysWithTheirNumbers() {
    Result result = shell().withInput("tea\ncup\\n\n").run("import", "--format", "lines", "-");

    assertThat(result.exitCode()).isZero();
    assertThat(run("get", "tea").out()).isEqualTo("1\n");
    assertThat(run("get", "cup\\n").out()).isEqualTo("2\n");
  }

  @Test
  void aFileThatIsNotThere() {
    Result result = run("import", folder.resolve("none.tsv").toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("none.tsv does not exist");
    assertThat(run("export", folder.resolve("no/such.tsv").toString()).exitCode())
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void progressIsForTerminals() {
    Result quiet = shell().withInput("a\t1\n").run("import", "--format", "tsv", "-");
    Result shown =
        shell().withTerminals("2").withInput("a\t1\n").run("import", "--format", "tsv", "-");

    assertThat(quiet.err()).startsWith("imported: ");
    assertThat(shown.err()).as("its line is erased at the end").startsWith("\r\033[K");
  }

  @Test
  void configShowTellsWhereAValueComesFrom() throws IOException {
    Path yaml = Files.writeString(folder.resolve("node.yaml"), "limits.max-key: 32KiB\n");

    Result result =
        new TestShell(Map.of("CAIRN_LISTEN", "127.0.0.1:7999"))
            .run("config", "show", "--config", yaml.toString(), "--data-dir", "here");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("data-dir +here +flag")
        .containsPattern("listen +127.0.0.1:7999 +environment")
        .containsPattern("limits.max-key +32KiB +.*node.yaml")
        .containsPattern("limits.max-value +1MiB +default");
    assertThat(new TestShell().run("config", "show", "-o", "json").out())
        .contains("{\"setting\":\"data-dir\",\"value\":\"cairn-data\",\"source\":\"default\"}");
  }

  @Test
  void startSaysInOneSentenceWhyItDoesNot() {
    Result inUse =
        new TestShell()
            .run(
                "start",
                "--data-dir",
                nodeDirectory.resolve("data").toString(),
                "--listen",
                "127.0.0.1:0",
                "--metrics-listen",
                "off");

    assertThat(inUse.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(inUse.err().lines().filter(line -> line.startsWith("cairn: "))).hasSize(1);
    assertThat(inUse.err()).contains("in use").doesNotContain("\tat ");
  }

  @Test
  void stdoutTakesNoMessages() {
    assertThat(new String(run("get", "none").outBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(run("import", "none.tsv").out()).isEmpty();
  }
}
