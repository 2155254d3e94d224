package io.cairn.node.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AtomicReference<FailStop.Failure> failure = new AtomicReference<>();
  private final FailStop failStop = new FailStop(failure::set);

  /** Writes down what it did, which needs no lock as long as one thread at a time does it. */
  private class Recorder extends Worker<Integer> {
    final List<Integer> done = new ArrayList<>();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger doneByOthers = new AtomicInteger();
    private volatile int doneCount;

    Recorder() {
      super("recorder", failStop);
    }

    @Override
    void work(List<Integer> items) {
      assertThat(inside.incrementAndGet()).isEqualTo(1);
      done.addAll(items);
      doneCount = done.size();
      if (!Thread.currentThread().getName().equals("recorder")) {
        doneByOthers.addAndGet(items.size());
      }
      inside.decrementAndGet();
    }
  }

  @Test
  void whoBringsSomethingDoesItWhenNobodyElseDoes() {
    Recorder worker = new Recorder();
    worker.start();
    worker.put(1);
    worker.workOrWake();
    await().atMost(LIMIT).until(() -> worker.doneCount == 1);
    worker.stop();
    worker.join();
    assertThat(worker.done).containsExactly(1);
  }

  @Test
  void beforeItIsStartedNothingIsDone() {
    Recorder worker = new Recorder();
    worker.put(1);
    worker.workOrWake();
    assertThat(worker.done).isEmpty();
    worker.start();
    await().atMost(LIMIT).until(() -> worker.doneCount == 1);
    worker.stop();
    worker.join();
  }

  @Test
  void ofManyWhoBringSomethingOneAtATimeWorksAndNothingIsLeftOut() throws InterruptedException {
    int producers = 4;
    int each = 20_000;
    Recorder worker = new Recorder();
    worker.start();
    CountDownLatch ready = new CountDownLatch(producers);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      Thread thread =
          new Thread(
              () -> {
                ready.countDown();
                for (int i = 0; i < each; i++) {
                  worker.put(producer * each + i);
                  if (producer % 2 == 0) {
                    worker.workOrWake();
                  } else {
                    worker.wake();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().atMost(LIMIT).until(() -> worker.doneCount == producers * each);
    worker.stop();
    worker.join();
    assertThat(failure).hasNullValue();
    assertThat(worker.doneByOthers).hasPositiveValue();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      assertThat(worker.done.stream().filter(item -> item / each == producer).toList())
          .isEqualTo(IntStream.range(p * each, (p + 1) * each).boxed().toList());
    }
  }

  @Test
  void aFailureOfWhoeverWorksStopsTheNode() {
    AtomicInteger ends = new AtomicInteger();
    Worker<Integer> worker =
        new Worker<>("failing", failStop) {
          @Override
          void work(List<Integer> items) {
            throw new IllegalStateException("planted");
          }

          @Override
          void end(List<Integer> undone) {
            ends.incrementAndGet();
          }
        };
    worker.start();
    worker.put(1);
    worker.workOrWake();
    worker.join();
    FailStop.Failure found = failure.get();
    assertThat(found).isNotNull();
    assertThat(found.reason()).isEqualTo("failing failed: planted");
    assertThat(ends).hasValue(0);
  }

  @Test
  void whatIsPutAfterTheEndIsEndedByWhoPutsIt() {
    List<Integer> late = new ArrayList<>();
    Worker<Integer> worker =
        new Worker<>("ending", failStop) {
          @Override
          void work(List<Integer> items) {}

          @Override
          void end(List<Integer> undone) {
            late.addAll(undone);
          }
        };
    worker.start();
    worker.stop();
    worker.join();
    worker.put(7);
    worker.workOrWake();
    assertThat(late).containsExactly(7);
  }
}
