package io.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.ErrorReason;
import io.cairn.v1.WriteOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FailureTest {

  private static final Path PAGE = Path.of("../../docs/errors.md");

  @Test
  void everyWireReasonHasOneRowOfItsName() {
    Set<ErrorReason> reasons = EnumSet.allOf(ErrorReason.class);
    reasons.removeAll(List.of(ErrorReason.UNRECOGNIZED, ErrorReason.ERROR_REASON_UNSPECIFIED));

    assertThat(Arrays.stream(Failure.values()).filter(Failure::isOnTheWire).map(Failure::name))
        .containsExactlyInAnyOrderElementsOf(
            reasons.stream()
                .map(reason -> reason.name().substring("ERROR_REASON_".length()))
                .collect(Collectors.toSet()));
  }

  @Test
  void whatOnlyTheClientReportsIsNotReadFromTheWire() {
    assertThat(Failure.ofWireName("CLIENT_CLOSED")).isEqualTo(Failure.UNRECOGNISED);
    assertThat(Failure.ofWireName("NO_SUCH_REASON")).isEqualTo(Failure.UNRECOGNISED);
    assertThat(Failure.ofWireName("DISK_FULL")).isEqualTo(Failure.DISK_FULL);
  }

  @Test
  void aDoubtfulWriteIsNeverReportedAsAMistakeInTheRequest() {
    for (Failure failure : Failure.values()) {
      if (failure.writeOutcome() == WriteOutcome.WRITE_OUTCOME_UNKNOWN) {
        assertThat(failure.code().name())
            .as(failure.name())
            .isNotIn("INVALID_ARGUMENT", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED");
      }
    }
  }

  @Test
  void thePageHasTheSameTable() throws IOException {
    List<List<String>> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\| [A-Z_]+ \\|.*"))
            .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
            .toList();

    assertThat(rows.stream().map(row -> row.subList(0, 4)))
        .containsExactlyElementsOf(Arrays.stream(Failure.values()).map(FailureTest::row).toList());
    assertThat(rows).allSatisfy(row -> assertThat(row.get(4)).endsWith("."));
  }

  private static List<String> row(Failure failure) {
    return List.of(
        failure.name(),
        failure.code().name(),
        failure.writeOutcome().name().substring("WRITE_OUTCOME_".length()),
        again(failure));
  }

  private static String again(Failure failure) {
    if (!failure.isRetryable()) {
      return "no";
    }
    long millis = failure.retryDelay().toMillis();
    return millis == 0 ? "at once" : "after " + millis + " ms";
  }
}
