package io.cairn.cli;

import io.cairn.cli.rows.Row;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps many puts under way, bounded in number and bytes, and never two of the same key: of equal
 * keys the later row wins, as in the file. One thread puts; answers come on others.
 */
final class PutPipeline {

  /** Told of each put that failed, one at a time, on any thread. */
  interface FailureListener {
    void onFailure(long lineNumber, Throwable failure);
  }

  private final BiFunction<byte[], byte[], CompletableFuture<Long>> put;
  private final int maxRows;
  private final long maxBytes;
  private final FailureListener listener;

  // Guarded by this.
  private final Set<ByteBuffer> keysUnderWay = new HashSet<>();
  private long bytesUnderWay;
  private long confirmedRows;
  private long confirmedBytes;

  /**
   * @param maxBytes a single row may be larger; it then travels alone
   */
  PutPipeline(
      BiFunction<byte[], byte[], CompletableFuture<Long>> put,
      int maxRows,
      long maxBytes,
      FailureListener listener) {
    this.put = put;
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
    this.listener = listener;
  }

  /** Sends a row as soon as there is room. */
  void put(Row row, long lineNumber) throws InterruptedException {
    ByteBuffer key = ByteBuffer.wrap(row.key());
    long bytes = row.key().length + (long) row.value().length;
    synchronized (this) {
      while (keysUnderWay.size() >= maxRows
          || (!keysUnderWay.isEmpty() && bytesUnderWay + bytes > maxBytes)
          || keysUnderWay.contains(key)) {
        wait();
      }
      keysUnderWay.add(key);
      bytesUnderWay += bytes;
    }
    CompletableFuture<Long> answer = put.apply(row.key(), row.value());
    // The stage that comes back is of no use: onAnswer does not throw.
    var unused =
        answer.whenComplete((version, failure) -> onAnswer(key, bytes, lineNumber, failure));
  }

  private synchronized void onAnswer(
      ByteBuffer key, long bytes, long lineNumber, @Nullable Throwable failure) {
    keysUnderWay.remove(key);
    bytesUnderWay -= bytes;
    if (failure == null) {
      confirmedRows++;
      confirmedBytes += bytes;
    } else {
      listener.onFailure(lineNumber, failure);
    }
    notifyAll();
  }

  /** Waits until every put has its answer. */
  synchronized void awaitAnswers() throws InterruptedException {
    while (!keysUnderWay.isEmpty()) {
      wait();
    }
  }

  synchronized long confirmedRows() {
    return confirmedRows;
  }

  /** Of keys and values together. */
  synchronized long confirmedBytes() {
    return confirmedBytes;
  }
}
