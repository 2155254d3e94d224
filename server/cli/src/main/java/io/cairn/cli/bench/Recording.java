package io.cairn.cli.bench;

import io.cairn.client.CairnException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts answers. Those of operations that were sent before the window belong to the warm-up, and
 * count for the progress only. It is the sending that decides, not when an operation was due: at a
 * rate that is too high all that is sent in the window may have been due before. Thread-safe.
 */
final class Recording {

  /** What became of all operations so far, warm-up included. */
  record SoFar(long answered, long failed) {}

  private final long windowStartNanos;

  // Guarded by this, and left alone once the run has ended.
  private final List<Tally> tallies = new ArrayList<>();
  private long windowEndNanos;
  private long answered;
  private long failed;

  Recording(Mix mix, long windowStartNanos, long windowNanos) {
    this.windowStartNanos = windowStartNanos;
    this.windowEndNanos = windowStartNanos + windowNanos;
    long second = TimeUnit.SECONDS.toNanos(1);
    int seconds = Math.toIntExact((windowNanos + second - 1) / second);
    mix.shares().forEach(share -> tallies.add(new Tally(share, seconds)));
  }

  /**
   * @param dueNanos from when on the latency counts
   */
  synchronized void onAnswer(
      Request request,
      long dueNanos,
      long sentNanos,
      long nowNanos,
      @Nullable Object answer,
      @Nullable Throwable failure) {
    if (failure == null) {
      answered++;
    } else {
      failed++;
    }
    if (sentNanos - windowStartNanos < 0) {
      return;
    }
    Tally tally = tallies.get(request.shareIndex());
    if (failure == null) {
      boolean found = request.share().kind() != OperationKind.GET || answer != null;
      long second =
          nowNanos - windowEndNanos < 0
              ? TimeUnit.NANOSECONDS.toSeconds(nowNanos - windowStartNanos)
              : Long.MAX_VALUE;
      tally.onAnswer(nowNanos - dueNanos, second, found);
    } else {
      onFailure(tally, failure);
    }
  }

  private static void onFailure(Tally tally, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable thrown = failure instanceof CompletionException && cause != null ? cause : failure;
    if (thrown instanceof CairnException cairn) {
      tally.onFailure(cairn.reason().name(), cairn.outcomeUnknown());
    } else {
      tally.onFailure(thrown.getClass().getSimpleName(), false);
    }
  }

  /** Ends the window before its time. */
  synchronized void endWindow(long nowNanos) {
    windowEndNanos = nowNanos;
  }

  synchronized SoFar soFar() {
    return new SoFar(answered, failed);
  }

  /** When every operation has its answer. */
  synchronized List<Tally> tallies() {
    return List.copyOf(tallies);
  }
}
