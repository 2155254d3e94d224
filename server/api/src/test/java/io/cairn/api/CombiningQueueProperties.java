package io.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CombiningQueueProperties {

  /** An item of one thread's. */
  private record Item(int thread, int number) {}

  /** Takes everything in turns, of which it checks that they never overlap. */
  private static final class Wire {
    final List<Item> sent = new ArrayList<>(); // by turns alone, which publish it to each other
    final List<Integer> messages = new ArrayList<>();
    final CombiningQueue<Item> queue = new CombiningQueue<>(this::turn);
    private final AtomicInteger inside = new AtomicInteger();
    private int room = Integer.MAX_VALUE;

    private void turn() {
      assertThat(inside.getAndIncrement()).as("turns at once").isZero();
      int before = sent.size();
      while (room > 0 && queue.peekOrNull() != null) {
        sent.add(queue.pollOrNull());
        room--;
      }
      messages.add(sent.size() - before);
      inside.decrementAndGet();
    }
  }

  @Property(tries = 200)
  void nothingIsLostOrDoubledAndEachThreadsItemsStayInOrder(
      @ForAll @IntRange(min = 1, max = 6) int threads,
      @ForAll @IntRange(min = 1, max = 200) int each,
      @ForAll @IntRange(min = 1, max = 9) int gathered)
      throws Exception {
    Wire wire = new Wire();
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int mine = thread;
      done.add(
          pool.submit(
              () -> {
                together.await();
                for (int number = 0; number < each; ) {
                  int from = number;
                  int to = Math.min(each, number + (mine % 2 == 0 ? 1 : gathered));
                  Runnable adds =
                      () -> {
                        for (int i = from; i < to; i++) {
                          wire.queue.add(new Item(mine, i));
                          wire.queue.drain();
                        }
                      };
                  if (mine % 2 == 0) {
                    adds.run();
                  } else {
                    wire.queue.gather(adds);
                  }
                  number = to;
                }
                return null;
              }));
    }
    for (Future<?> future : done) {
      future.get();
    }
    pool.shutdown();

    assertThat(wire.sent).hasSize(threads * each).doesNotHaveDuplicates();
    for (int thread = 0; thread < threads; thread++) {
      int mine = thread;
      assertThat(wire.sent.stream().filter(item -> item.thread() == mine).map(Item::number))
          .isSorted();
    }
    assertThat(wire.queue.peekOrNull()).isNull();
  }

  @Property
  void whatTheWireHasNoRoomForWaitsForTheNextTurn(
      @ForAll @Size(max = 50) List<@IntRange(max = 7) Integer> rooms) {
    Wire wire = new Wire();
    int added = 0;
    int sendable = 0;
    for (int room : rooms) {
      wire.room = room;
      wire.queue.add(new Item(0, added++));
      wire.queue.drain();
      sendable = Math.min(added, sendable + room);
      assertThat(wire.sent).hasSize(sendable);
    }
    wire.room = Integer.MAX_VALUE;
    wire.queue.drain();
    assertThat(wire.sent).hasSize(added);
    assertThat(wire.sent.stream().map(Item::number)).isSorted();
  }

  @Example
  void oneByItselfIsSentAtOnceAndWhatIsGatheredInOneTurn() {
    Wire wire = new Wire();
    wire.queue.add(new Item(0, 0));
    wire.queue.drain();
    assertThat(wire.messages).containsExactly(1);

    wire.queue.gather(
        () -> {
          for (int i = 1; i <= 30; i++) {
            wire.queue.add(new Item(0, i));
            wire.queue.drain();
          }
          assertThat(wire.sent).hasSize(1);
        });
    assertThat(wire.messages.get(1)).isEqualTo(30);
  }

  @Example
  void aTurnThatFailsIsToldAndTheQueueGoesOn() {
    AtomicInteger turns = new AtomicInteger();
    CombiningQueue<String> queue =
        new CombiningQueue<>(
            () -> {
              if (turns.incrementAndGet() == 1) {
                throw new IllegalStateException("the wire broke");
              }
            });
    assertThatThrownBy(queue::drain).hasMessage("the wire broke");
    queue.drain();
    assertThat(turns).hasValue(2);
  }
}
