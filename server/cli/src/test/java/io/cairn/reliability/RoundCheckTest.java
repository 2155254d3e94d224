package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.reliability.Recorder.Told;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Action;
import io.cairn.replication.simulator.history.ConvergenceChecker.Entry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundCheckTest {
  private static final String KEY = "key";

  private final Recorder recorder = new Recorder();

  private void write(String value, long version) {
    recorder.record(1, KEY, Action.write(value), Consistency.STRONG, () -> Told.done(version));
  }

  private void read(String value, long version) {
    recorder.record(1, KEY, Action.read(), Consistency.STRONG, () -> Told.value(value, version));
  }

  private RoundCheck.Found check(String value, long version) {
    return RoundCheck.check(recorder, Map.of(KEY, new Entry(value, version)));
  }

  @Test
  void whatIsAsItShouldBe() {
    write("v1", 1);
    write("v2", 4);
    read("v2", 4);

    RoundCheck.Found found = check("v2", 4);

    assertThat(found.violations()).isEmpty();
    assertThat(found.lost()).isEmpty();
    assertThat(found.operations()).isEqualTo(3);
  }

  @Test
  void aConfirmedWriteThatIsGone() {
    write("v1", 1);
    write("v2", 4);

    assertThat(check("v1", 1).lost()).hasSize(1);
    assertThat(RoundCheck.check(recorder, Map.of()).lost()).hasSize(1);
  }

  @Test
  void aDeleteOrAClearExplainsAnAbsentKey() {
    write("v1", 1);
    recorder.record(1, KEY, Action.delete(), Consistency.STRONG, () -> Told.done(2));
    assertThat(RoundCheck.check(recorder, Map.of()).lost()).isEmpty();

    write("v2", 3);
    assertThat(RoundCheck.check(recorder, Map.of()).lost()).hasSize(1);

    recorder.record(
        1, "a", Action.clear("z"), Consistency.STRONG, () -> Told.done(Told.NO_VERSION));
    assertThat(RoundCheck.check(recorder, Map.of()).lost()).isEmpty();
  }

  @Test
  void aReadThatMissesAConfirmedWrite() {
    write("v1", 1);
    write("v2", 4);
    read("v1", 1);

    assertThat(check("v2", 4).violations()).singleElement().asString().contains("VIOLATION");
  }

  @Test
  void aWriteThatWasAppliedTwice() {
    write("v1", 1);
    read("v1", 3);

    assertThat(check("v1", 3).violations()).containsExactly("v1 is there twice, as 1 and as 3");
  }

  @Test
  void aVersionThatIsGivenOutTwice() {
    write("v1", 1);
    write("v2", 1);

    assertThat(check("v2", 1).violations())
        .anyMatch(violation -> violation.startsWith("versions go back"))
        .anyMatch(violation -> violation.startsWith("two writes have version 1"));
  }
}
