package io.cairn.benchmarks;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A slowdown that every guarded benchmark plants into itself when asked to ({@code
 * -Dcairn.benchmarks.planted=copy}), which shows that a budget notices one. Otherwise it compiles
 * to nothing.
 */
final class Planted {

  /** The slowdowns that come in unseen when a hot path is changed. */
  enum Kind {
    NONE,
    /** The bytes of each operation are copied once more: 160 bytes, key and value and an array. */
    COPY,
    /** Another thread has a turn in each operation. */
    HANDOFF,
    /** Each operation makes one small object: 24 bytes. */
    ALLOCATION;

    /**
     * What the command line asks for.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    static Kind asked() {
      String name = System.getProperty("cairn.benchmarks.planted", "none");
      return Arrays.stream(values())
          .filter(kind -> kind.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "cairn.benchmarks.planted is copy, handoff or allocation, not " + name));
    }
  }

  private static final Kind KIND = Kind.asked();
  private static final byte[] OPERATION = new byte[Dataset.KEY_BYTES + Dataset.VALUE_BYTES];

  /** Volatile, else the compiler sees that nobody needs what is made. */
  @SuppressWarnings("UnusedVariable")
  private static volatile byte @Nullable [] sink;

  private Planted() {}

  /** Call it first in a guarded benchmark whose call is one operation. */
  static void maybeSlowDown() {
    maybeSlowDown(1);
  }

  /**
   * Call it first in a guarded benchmark.
   *
   * @param operations how many one call of it does
   */
  static void maybeSlowDown(int operations) {
    switch (KIND) {
      case NONE -> {}
      case COPY -> {
        for (int i = 0; i < operations; i++) {
          sink = OPERATION.clone();
        }
      }
      case HANDOFF -> {
        for (int i = 0; i < operations; i++) {
          CompletableFuture.runAsync(() -> {}, OtherThread.EXECUTOR).join();
        }
      }
      case ALLOCATION -> {
        for (int i = 0; i < operations; i++) {
          sink = new byte[8];
        }
      }
    }
  }

  private static final class OtherThread {
    static final Executor EXECUTOR =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "planted-hand-off");
              thread.setDaemon(true);
              return thread;
            });
  }
}
