package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The offset queue against the JDK's. */
class OffsetQueueProperties {

  /** A positive step adds so many, a negative one removes as many. */
  @Property(tries = 300)
  void isAQueue(@ForAll @Size(max = 40) List<@IntRange(min = -200, max = 200) Integer> steps) {
    OffsetQueue<Long> queue = new OffsetQueue<>();
    ArrayDeque<Long> model = new ArrayDeque<>();
    long next = 0;
    for (int step : steps) {
      for (int i = 0; i < step; i++) {
        queue.add(next, next);
        model.add(next);
        next += i % 3;
      }
      for (int i = 0; i > step && !model.isEmpty(); i--) {
        assertThat(queue.firstOffset()).isEqualTo(model.element());
        assertThat(queue.hasBelow(model.element())).isFalse();
        assertThat(queue.hasBelow(model.element() + 1)).isTrue();
        assertThat(queue.removeFirst()).isEqualTo(model.remove());
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
  }
}
