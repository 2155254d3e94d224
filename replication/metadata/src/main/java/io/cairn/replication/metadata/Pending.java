package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Proposals whose results wait, so many at most; closing completes them all. */
final class Pending {
  static final int LIMIT = 1_000;

  private final Map<Long, CompletableFuture<ChangeResult>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private volatile boolean closed;

  /** The place of a new proposal; one beyond the limit, or after closing, has failed already. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  CompletableFuture<ChangeResult> begin() {
    CompletableFuture<ChangeResult> result = new CompletableFuture<>();
    if (waiting.size() >= LIMIT) {
      fail(
          result,
          "not applied: " + LIMIT + " changes of the cluster metadata wait already: try again",
          null);
      return result;
    }
    long number = count.incrementAndGet();
    waiting.put(number, result);
    result.whenComplete((done, failure) -> waiting.remove(number));
    if (closed) {
      failOnClose(result);
    }
    return result;
  }

  void close() {
    closed = true;
    waiting.values().forEach(Pending::failOnClose);
  }

  private static void failOnClose(CompletableFuture<ChangeResult> result) {
    fail(result, "this node stops; the change may have been applied", null);
  }

  static void fail(
      CompletableFuture<ChangeResult> result, String sentence, @Nullable Throwable cause) {
    result.completeExceptionally(new MetadataUnavailableException(sentence, cause));
  }
}
