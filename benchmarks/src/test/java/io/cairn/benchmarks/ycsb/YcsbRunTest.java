package io.cairn.benchmarks.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.LocalCluster;
import io.cairn.benchmarks.ycsb.PhaseResult.OperationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import site.ycsb.DBException;

/** Every workload for some hundred operations, as the command runs them. */
class YcsbRunTest {
  private static LocalCluster node;

  @TempDir Path directory;

  private final Map<String, String> properties = new HashMap<>();

  @BeforeAll
  static void startNode() throws Exception {
    node = LocalCluster.start(1, false);
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @BeforeEach
  void useTheNode() {
    properties.put(Settings.ENDPOINTS, "127.0.0.1:" + node.leaderPort());
  }

  @Test
  void everyWorkloadRunsWithItsOperations() throws Exception {
    properties.put("recordcount", "200");
    properties.put("operationcount", "300");
    properties.put("threadcount", "4");
    YcsbRun run = new YcsbRun(directory, List.of(), properties);

    for (Phase phase : Phase.parse("all")) {
      PhaseResult result = run.run(phase);

      assertThat(result.failures()).as("%s", phase).isEmpty();
      assertThat(result.throughput()).as("%s", phase).isPositive();
      assertThat(result.operations().stream().map(OperationResult::name))
          .as("%s", phase)
          .containsExactlyInAnyOrderElementsOf(kindsOf(phase));
      assertThat(result.operations())
          .as("%s", phase)
          .allSatisfy(each -> assertThat(each.p50()).isBetween(1L, each.p99()));
    }
  }

  private static List<String> kindsOf(Phase phase) {
    return switch (phase) {
      case LOAD, RELOAD -> List.of("insert");
      case A, B -> List.of("read", "update");
      case C -> List.of("read");
      case D -> List.of("read", "insert");
      case E -> List.of("scan", "insert");
      case F -> List.of("read", "update", "read-modify-write");
    };
  }

  @Test
  void recordsThatAreMissingAreFailures() throws Exception {
    properties.put(Settings.PREFIX, "nothing/");
    properties.put("recordcount", "10");
    properties.put("operationcount", "20");

    PhaseResult result = new YcsbRun(directory, List.of(), properties).run(Phase.C);

    assertThat(result.operations()).isEmpty();
    assertThat(result.failures()).containsEntry("read NOT_FOUND", 20L);
  }

  @Test
  void whatYcsbRefusesIsTold() throws Exception {
    properties.put("workload", "no.such.Workload");
    YcsbRun run = new YcsbRun(directory, List.of(), properties);

    assertThatThrownBy(() -> run.run(Phase.A))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.such.Workload");
  }

  @Test
  void nodesThatDoNotAnswerAreToldBeforeAnythingRuns() {
    properties.put(Settings.ENDPOINTS, "127.0.0.1:1");
    properties.put(Settings.DEADLINE, "300");

    assertThatThrownBy(() -> new YcsbRun(directory, List.of(), properties))
        .isInstanceOf(DBException.class)
        .hasMessageContaining("127.0.0.1:1");
  }
}
