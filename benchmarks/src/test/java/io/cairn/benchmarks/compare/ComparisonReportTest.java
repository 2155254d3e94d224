package io.cairn.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

  @Test
  void readsWhatJmhWrote() {
    assertThat(
            Score.parseAll(
                """
                [{"benchmark": "io.cairn.benchmarks.ClientBenchmark.put", "mode": "avgt",
                  "params": {"pipelining": "true", "inFlight": "64"},
                  "primaryMetric": {"score": 99, "scoreUnit": "ns/op", "rawData": [[1, 9, 4], [3, 2]]},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 9, "rawData": [[8, 7, 9]]}}},
                 {"benchmark": "io.cairn.benchmarks.StoreBenchmark.get", "mode": "thrpt",
                  "primaryMetric": {"score": 5, "scoreUnit": "ops/s", "rawData": [[5]]},
                  "secondaryMetrics": {}}]
                """))
        .containsEntry(
            "ClientBenchmark.put(inFlight=64,pipelining=true)", new Score("avgt", "ns/op", 3, 8))
        .containsEntry("StoreBenchmark.get", new Score("thrpt", "ops/s", 5, Double.NaN));
  }

  @Test
  void refusesWhatJmhDidNotWrite() {
    for (String text : List.of("", "{}", "[1]", "[{\"benchmark\": \"a.b\"}]", "not json")) {
      assertThatThrownBy(() -> Score.parseAll(text)).isInstanceOf(JsonParseException.class);
    }
  }

  @Test
  void printsARowForEachBenchmarkOfBoth() {
    assertThat(
            printed(
                List.of(round("A.put", 100, 50), round("A.put", 200, 50), round("A.put", 1000, 50)),
                List.of(
                    round("A.put", 130, 90), round("A.put", 260, 90), round("A.put", 1350, 90))))
        .containsExactly(
            "| benchmark | base | head | unit | ratio | of 3 rounds | bytes, base | bytes, head | moved |",
            "|---|---:|---:|---|---:|---|---:|---:|---|",
            "| A.put | 200 | 260 | ns/op | 1.30 | 1.30 to 1.35 | 50.00 | 90.00 | slower, more bytes |");
  }

  @Test
  void tellsWhatOnlyOneHas() {
    assertThat(printed(List.of(round("A.old", 1, 1)), List.of(round("A.new", 1, 1))))
        .contains("Only the base has A.old.", "Only the head has A.new.")
        .anyMatch(line -> line.startsWith("Too few rounds"));
  }

  @Test
  void everyRoundHasTheSameBenchmarks() {
    List<String> two = List.of(round("A.put", 1, 1), round("A.get", 1, 1));

    assertThatThrownBy(() -> new ComparisonReport(two, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A.put");
    assertThatThrownBy(() -> new ComparisonReport(two, List.of(round("A.put", 1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 1");
  }

  private static String round(String benchmark, double nanos, double bytes) {
    return String.format(
        Locale.ROOT,
        "[{\"benchmark\": \"io.cairn.%s\", \"mode\": \"avgt\", \"primaryMetric\": {\"scoreUnit\":"
            + " \"ns/op\", \"rawData\": [[%f]]}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\":"
            + " {\"rawData\": [[%f]]}}}]",
        benchmark,
        nanos,
        bytes);
  }

  private static List<String> printed(List<String> base, List<String> head) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    new ComparisonReport(base, head).print(new PrintStream(printed, true, StandardCharsets.UTF_8));
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
