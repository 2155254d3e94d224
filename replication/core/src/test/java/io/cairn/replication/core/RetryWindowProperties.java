package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The retry window against a list of the last operations. */
class RetryWindowProperties {

  private record Id(long client, long sequence) {}

  @Property(tries = 500)
  void findsWhatTheLastOperationsHold(
      @ForAll @IntRange(min = 1, max = 20) int capacity,
      @ForAll @LongRange(min = 0, max = 1000) long firstOffset,
      @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 60) Integer> ids) {
    RetryWindow window = new RetryWindow(capacity, firstOffset);
    List<Id> all = new ArrayList<>();
    for (int id : ids) {
      all.add(new Id(id % 4, id / 4)); // every fourth is not identified; ids come twice
      window.add(id % 4, id / 4);

      int start = Math.max(0, all.size() - capacity);
      assertThat(window.endOffset()).isEqualTo(firstOffset + all.size());
      assertThat(window.startOffset()).isEqualTo(firstOffset + start);
      Map<Id, Long> model = new HashMap<>();
      for (int i = start; i < all.size(); i++) {
        model.put(all.get(i), firstOffset + i);
      }
      for (int other = 0; other <= 60; other++) {
        Id wanted = new Id(other % 4, other / 4);
        if (wanted.client != Operation.NO_CLIENT) {
          assertThat(window.find(wanted.client, wanted.sequence))
              .isEqualTo(model.getOrDefault(wanted, -1L));
        }
      }
    }
  }

  @Property(tries = 20)
  void keepsItsTableCleanOverManyRounds(
      @ForAll @IntRange(min = 1, max = 300) int capacity, @ForAll long client) {
    long clientId = client == Operation.NO_CLIENT ? 1 : client;
    RetryWindow window = new RetryWindow(capacity, 0);
    for (long sequence = 0; sequence < 20_000; sequence++) {
      window.add(clientId, sequence);
      assertThat(window.find(clientId, sequence)).isEqualTo(sequence);
      assertThat(window.find(clientId, sequence - capacity)).isEqualTo(-1);
      long oldest = Math.max(0, sequence - capacity + 1);
      assertThat(window.find(clientId, oldest)).isEqualTo(oldest);
    }
  }
}
