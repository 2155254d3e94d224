package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BudgetCheckTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Map<String, Deque<Measurement>> script = new HashMap<>();
  private final List<String> measured = new ArrayList<>();

  @Test
  void readsTimesAndBytesAndLeavesCommentsOut() {
    assertThat(Budget.parseAll("# a comment\n\ntime A.put  B.put 1.5\nbytes A.put 0.5\n"))
        .containsExactly(new Budget("A.put", "B.put", 1.5), new Budget("A.put", null, 0.5));
  }

  @Test
  void refusesALineItDoesNotUnderstand() {
    assertThatThrownBy(() -> Budget.parseAll("time A.put 1.5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time A.put 1.5");
    assertThatThrownBy(() -> Budget.parseAll("bytes A.put 0"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theShippedFileIsReadable() throws Exception {
    Budget.parseAll(Resources.read("budgets.txt"));
  }

  @Test
  void aTimeIsJudgedAgainstItsBaseline() throws Exception {
    answer("Raw.put", new Measurement(100, 0));
    answer("Ours.put", new Measurement(150, 0));

    assertThat(check(new Budget("Ours.put", "Raw.put", 1.5))).isTrue();
    assertThat(measured).containsExactly("Raw.put", "Ours.put");
    assertThat(output()).contains("1.50 x").contains("1 budgets kept");
  }

  @Test
  void bytesAreJudgedAlone() throws Exception {
    Measurement measurement = new Measurement(150, 24);
    answer("Ours.put", measurement, measurement, measurement, measurement);

    assertThat(check(new Budget("Ours.put", null, 24))).isTrue();
    assertThat(check(new Budget("Ours.put", null, 23.9))).isFalse();
  }

  @Test
  void whatIsOverItsBudgetIsMeasuredAgainOnBothSides() throws Exception {
    Measurement raw = new Measurement(100, 0);
    answer("Raw.put", raw, raw, raw);
    answer("Ours.put", new Measurement(400, 0), new Measurement(300, 0), new Measurement(110, 0));

    assertThat(check(new Budget("Ours.put", "Raw.put", 1.5))).isTrue();
    assertThat(measured)
        .containsExactly("Raw.put", "Ours.put", "Raw.put", "Ours.put", "Raw.put", "Ours.put");
    assertThat(output()).contains("BROKEN").contains("1 budgets kept");
  }

  @Test
  void whatIsOverItsBudgetThreeTimesFails() throws Exception {
    Measurement raw = new Measurement(100, 0);
    Measurement ours = new Measurement(151, 0);
    answer("Raw.put", raw, raw, raw);
    answer("Ours.put", ours, ours, ours);

    assertThat(check(new Budget("Ours.put", "Raw.put", 1.5))).isFalse();
    assertThat(output()).contains("1 of 1 budgets BROKEN, measured 3 times");
  }

  @Test
  void whatIsMeasuredOnceOnlyFailsAtOnce() throws Exception {
    answer("Ours.put", new Measurement(1, 25), new Measurement(1, 24));

    assertThat(check(1, new Budget("Ours.put", null, 24))).isFalse();
    assertThat(measured).containsExactly("Ours.put");
  }

  /** A baseline that was measured too slow hides a subject that is. */
  @Test
  void whatIsTooGoodToBeTrueIsMeasuredAgain() throws Exception {
    Measurement ours = new Measurement(160, 0);
    answer("Raw.put", new Measurement(450, 0), new Measurement(100, 0), new Measurement(100, 0));
    answer("Ours.put", ours, ours, ours);

    assertThat(check(new Budget("Ours.put", "Raw.put", 1.5))).isFalse();
    assertThat(output()).contains("too good");
  }

  @Test
  void whatIsThatGoodEachTimeIsKept() throws Exception {
    Measurement raw = new Measurement(100, 0);
    Measurement ours = new Measurement(20, 0);
    answer("Raw.put", raw, raw, raw);
    answer("Ours.put", ours, ours, ours);

    assertThat(check(new Budget("Ours.put", "Raw.put", 1.5))).isTrue();
    assertThat(measured).hasSize(6);
  }

  @Test
  void aMeasurementThatIsNoNumberFails() throws Exception {
    Measurement unknown = new Measurement(1, Double.NaN);
    answer("Ours.put", unknown, unknown, unknown);

    assertThat(check(new Budget("Ours.put", null, 1))).isFalse();
  }

  @Test
  void oneMeasurementServesSeveralBudgets() throws Exception {
    answer("Raw.put", new Measurement(100, 0));
    answer("Ours.put", new Measurement(100, 0));

    assertThat(check(new Budget("Ours.put", null, 1), new Budget("Ours.put", "Raw.put", 2)))
        .isTrue();
    assertThat(measured).containsExactly("Raw.put", "Ours.put");
  }

  private void answer(String benchmark, Measurement... measurements) {
    script.put(benchmark, new ArrayDeque<>(List.of(measurements)));
  }

  private boolean check(Budget... budgets) throws Exception {
    return check(BudgetCheck.MEASUREMENTS, budgets);
  }

  private boolean check(int measurements, Budget... budgets) throws Exception {
    BudgetCheck check =
        new BudgetCheck(
            benchmark -> {
              measured.add(benchmark);
              return Objects.requireNonNull(script.get(benchmark)).remove();
            },
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            measurements);
    return check.run(List.of(budgets));
  }

  private String output() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
