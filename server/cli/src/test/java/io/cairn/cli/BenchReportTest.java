package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.cairn.cli.bench.TestResults;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {

  @Test
  void textTellsOfEachShareAndOfWhatWentWrong() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    new BenchReport(TestResults.ofTwoShares(), List.of("heading")).printText(new DataOut(bytes));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .startsWith("heading\n")
        .containsPattern(
            "get +strong +9,000 +2,571/s +4\\.5\\d+ +4\\.50\\d +8\\.1\\d+ +8\\.9\\d+ +")
        .containsPattern("put +eventual +1,000 +286/s ")
        .containsPattern("all +10,000 +2,857/s ")
        .contains("Throughput: 2,857/s; the slowest second 3,333/s, the fastest 3,334/s.")
        .contains("get strong: 1,000 found no key; --load writes all keys first.")
        .contains("get strong: 1 failed, OVERLOADED")
        .contains("put eventual: 1 failed, DISK_FULL")
        .contains("put eventual: outcome of 2 unknown, UNREACHABLE")
        .contains("p99 0.05")
        .contains("17 operations were due and never sent");
  }

  @Test
  void jsonHasTheSeriesAndCountsByReason() {
    String text = new BenchReport(TestResults.ofTwoShares(), List.of("heading")).json();

    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    assertThat(text).doesNotContain("\n");
    assertThat(json.get("measured_millis").getAsLong()).isEqualTo(3_500);
    assertThat(json.get("unsent").getAsLong()).isEqualTo(17);
    assertThat(json.get("interrupted").getAsBoolean()).isFalse();
    JsonObject put = json.getAsJsonArray("operations").get(1).getAsJsonObject();
    assertThat(put.get("kind").getAsString()).isEqualTo("put");
    assertThat(put.get("consistency").getAsString()).isEqualTo("eventual");
    assertThat(put.get("count").getAsLong()).isEqualTo(1_000);
    assertThat(put.getAsJsonObject("latency_micros").get("p99_9").getAsLong())
        .isBetween(9_980L, 10_000L);
    assertThat(put.getAsJsonObject("failed").get("DISK_FULL").getAsLong()).isEqualTo(1);
    assertThat(put.getAsJsonObject("outcome_unknown").get("UNREACHABLE").getAsLong()).isEqualTo(2);
    assertThat(json.getAsJsonObject("all").get("answers_by_second").toString())
        .isEqualTo("[3333,3334,3333]");
  }

  @Test
  void nothingMeasuredIsAReportToo() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    BenchReport report = new BenchReport(TestResults.ofNothing(), List.of());
    report.printText(new DataOut(bytes));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .containsPattern("get +strong +0 +0/s +0.000")
        .doesNotContain("Sent later");
    assertThat(report.json()).contains("\"count\":0");
  }
}
