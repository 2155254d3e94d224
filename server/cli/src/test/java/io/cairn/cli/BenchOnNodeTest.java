package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
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

/** {@code cairn bench} on a durable node in this process. */
class BenchOnNodeTest {

  @TempDir static Path nodeDirectory;
  private static CairnNode node;

  @TempDir Path folder;

  @BeforeAll
  static void startNode() {
    node = TestNode.start(nodeDirectory.resolve("data"), Map.of("limits.max-value", "64KiB"));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @BeforeEach
  void clear() {
    assertThat(run("clear", "--yes").exitCode()).isZero();
  }

  private static Result run(String... args) {
    return TestNode.shell(node).run(args);
  }

  private static Result bench(String... args) {
    List<String> all = new ArrayList<>(List.of("bench", "--warm-up", "0s", "--duration", "1s"));
    all.addAll(List.of(args));
    return run(all.toArray(new String[0]));
  }

  @Test
  void measuresEachKindAndTouchesNoOtherKey() throws Exception {
    run("put", "cairn-bench/", "before the first");
    run("put", "cairn-bench/z", "behind the last");
    Path picture = folder.resolve("bench.svg");

    Result result =
        bench(
            "--load",
            "--clean-up",
            "--key-count",
            "500",
            "--connections",
            "2",
            "--mix",
            "get=40,get@eventual=10,put@eventual=30,delete=10,scan=10",
            "--value-size",
            "10-2000",
            "--svg",
            picture.toString(),
            "-o",
            "json");

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    JsonObject json = JsonParser.parseString(result.out()).getAsJsonObject();
    assertThat(json.getAsJsonArray("operations")).hasSize(5);
    for (JsonElement operation : json.getAsJsonArray("operations")) {
      JsonObject share = operation.getAsJsonObject();
      assertThat(share.get("count").getAsLong()).as(share.toString()).isPositive();
      assertThat(share.getAsJsonObject("failed").size()).isZero();
      assertThat(share.getAsJsonObject("latency_micros").get("max").getAsLong()).isPositive();
    }
    assertThat(Files.readString(picture)).startsWith("<?xml").contains("put eventual");
    assertThat(run("keys").out()).isEqualTo("cairn-bench/\ncairn-bench/z\n");
  }

  @Test
  void theOpenLoopSendsAtItsRate() {
    Result result = bench("--rate", "200", "--key-count", "100", "--keys", "zipfian", "--load");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("open loop, 200/s, at most 1,000 in flight")
        .contains("get=95,put=5; 100 keys of 24 bytes, zipfian; values of 128 bytes; seed 1")
        .containsPattern("all +\\d{1,3} ") // fewer when the machine stalls at the end
        .contains("Sent later than due");
    assertThat(run("keys", "-o", "json").out().lines()).hasSize(100);
  }

  @Test
  void loadWritesEveryKeyAndWithoutCleanUpTheyStay() {
    assertThat(bench("--load", "--key-count", "42", "--prefix", "mine/").exitCode()).isZero();

    List<String> keys = run("keys").out().lines().toList();
    assertThat(keys).hasSize(42).first().isEqualTo("mine/" + "0".repeat(19));
    assertThat(keys).last().isEqualTo("mine/" + "0".repeat(17) + "41");
  }

  @Test
  void getsOfKeysThatAreNotThereAreTold() {
    assertThat(bench("--mix", "get=100").out()).contains("found no key; --load writes");
  }

  @Test
  void sizesBeyondTheNodesLimitsAreRefusedBeforeTheRun() {
    Result value = bench("--value-size", "1KiB-65KiB", "--load");
    assertThat(value.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(value.err())
        .contains("--value-size 65 KiB is beyond the node's limit of 64 KiB (limits.max-value).");

    Result key = bench("--key-size", "65KiB");
    assertThat(key.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(key.err()).contains("--key-size 65 KiB is beyond the node's limit of 64 KiB");
    assertThat(run("keys").out()).isEmpty();
  }

  @Test
  void progressIsALineASecondForTerminals() {
    Result shown =
        TestNode.shell(node)
            .withTerminals("2")
            .run("bench", "--warm-up", "0s", "--duration", "2s", "--rate", "100");

    assertThat(shown.err()).containsPattern("(?m)^ +1 s +[\\d,]+/s +0 failed$");
    assertThat(bench("--rate", "100").err()).isEmpty();
  }
}
