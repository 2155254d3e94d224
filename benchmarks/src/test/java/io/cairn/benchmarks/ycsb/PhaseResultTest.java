package io.cairn.benchmarks.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.ycsb.PhaseResult.OperationResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PhaseResultTest {
  private static final String EXPORTED =
      """
      [OVERALL], RunTime(ms), 2000
      [OVERALL], Throughput(ops/sec), 1000.5
      [TOTAL_GCS_G1_Young_Generation], Count, 3
      [READ], Operations, 1990
      [READ], AverageLatency(us), 700.5
      [READ], 50thPercentileLatency(us), 600
      [READ], 95thPercentileLatency(us), 900
      [READ], 99thPercentileLatency(us), 1500
      [READ], Return=OK, 1990
      [READ], Return=NOT_FOUND, 11
      [READ-FAILED], Operations, 11
      [READ-FAILED], 50thPercentileLatency(us), 9
      [CLEANUP], Operations, 4
      [CLEANUP], 50thPercentileLatency(us), 1
      """;

  @Test
  void readsWhatYcsbExported() {
    PhaseResult result = PhaseResult.parse(EXPORTED);

    assertThat(result.runtimeMillis()).isEqualTo(2000);
    assertThat(result.throughput()).isEqualTo(1000.5);
    assertThat(result.operations())
        .containsExactly(new OperationResult("read", 1990, 600, 900, 1500));
    assertThat(result.failures()).hasSize(1).containsEntry("read NOT_FOUND", 11L);
  }

  @Test
  void refusesWhatSaysNothing() {
    assertThatThrownBy(() -> PhaseResult.parse("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PhaseResult.parse("[OVERALL], RunTime(ms), 0\n"))
        .hasMessageContaining("no operation");
    assertThatThrownBy(() -> PhaseResult.parse("Exception in thread main\n"))
        .hasMessageContaining("Exception in thread main");
  }

  @Test
  void printsARowForEachKindOfOperationAndOfFailure() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ResultTable table = new ResultTable(new PrintStream(printed, true, StandardCharsets.UTF_8));

    table.printHead();
    table.print(Phase.B, PhaseResult.parse(EXPORTED));

    assertThat(
            printed
                .toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "| workload | operation | operations | ops/s | p50 us | p95 us | p99 us |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
            "| b | all | 2,001 | 1,001 | | | |",
            "| | read | 1,990 | 995 | 600 | 900 | 1,500 |",
            "| | FAILED | 11 | read NOT_FOUND | | | |");
  }
}
