package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ScheduleProperties {

  private static final long DAY = TimeUnit.DAYS.toNanos(1);
  private static final long MAX_RATE = 1_000_000_000;

  @Property
  void anOperationIsDueExactlyWhenItsTurnIs(
      @ForAll @LongRange(min = 1, max = 10_000_000) long rate,
      @ForAll @LongRange(min = 0, max = 86_400) long seconds,
      @ForAll long start) {
    Schedule schedule = new Schedule.Open(rate);

    assertThat(schedule.dueNanos(seconds * rate, start, 0) - start)
        .as("no error adds up, also after a day")
        .isEqualTo(TimeUnit.SECONDS.toNanos(seconds));
    assertThat(schedule.dueNanos(seconds * rate + 1, start, 0) - start)
        .isEqualTo(TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.SECONDS.toNanos(1) / rate);
  }

  /** The operations due within a time are those, and only those, that are due before its end. */
  @Property
  void dueWithinAgreesWithDue(
      @ForAll @LongRange(min = 1, max = MAX_RATE) long rate,
      @ForAll @LongRange(min = 1, max = 86_400_000_000_000L) long nanos) {
    Schedule schedule = new Schedule.Open(rate);

    long due = schedule.dueWithin(nanos);

    assertThat(schedule.dueNanos(due - 1, 0, 0)).isLessThan(nanos);
    assertThat(schedule.dueNanos(due, 0, 0)).isGreaterThanOrEqualTo(nanos);
  }

  @Example
  void nothingIsDueInAClosedLoopBeforeThereIsRoom() {
    Schedule schedule = new Schedule.Closed();

    assertThat(schedule.dueNanos(5, 100, 777)).isEqualTo(777);
    assertThat(schedule.dueWithin(DAY)).isZero();
  }
}
