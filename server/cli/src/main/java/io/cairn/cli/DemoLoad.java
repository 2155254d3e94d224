package io.cairn.cli;

import io.cairn.client.AsyncCairnClient;
import io.cairn.client.BelowLevelException;
import io.cairn.client.ConsistencyLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A steady load of one level: new keys at a fixed rate, and fewer when answers do not keep up. It
 * remembers what was confirmed, and the longest time without a confirmation.
 */
final class DemoLoad {

  private static final int VALUE_BYTES = 128;
  private static final int MAX_UNDER_WAY = 2_000;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final AsyncCairnClient client;
  private final ConsistencyLevel level;
  private final int putsPerTick;
  private final Thread thread;
  private volatile boolean stopping;

  // Guarded by this
  private final BitSet confirmed = new BitSet();
  private int sent;
  private int underWay;
  private int belowLevel;
  private int failed;
  private @Nullable Throwable firstFailure;
  private long lastConfirmedNanos;
  private long longestGapNanos;

  DemoLoad(AsyncCairnClient client, ConsistencyLevel level, int putsPerSecond) {
    this.client = client;
    this.level = level;
    this.putsPerTick =
        Math.max(1, (int) (putsPerSecond * TICK_NANOS / TimeUnit.SECONDS.toNanos(1)));
    this.thread = new Thread(this::run, "cairn-demo-" + level);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Sends no more, and waits for the answers to what was sent. */
  void stop() throws InterruptedException {
    stopping = true;
    thread.join();
    synchronized (this) {
      while (underWay > 0) {
        wait();
      }
    }
  }

  private void run() {
    long nextNanos = System.nanoTime();
    while (!stopping) {
      for (int i = 0; i < putsPerTick; i++) {
        put();
      }
      nextNanos += TICK_NANOS;
      long pauseNanos = nextNanos - System.nanoTime();
      if (pauseNanos > 0) {
        LockSupport.parkNanos(pauseNanos);
      } else {
        nextNanos = System.nanoTime(); // what was missed is not made up for
      }
    }
  }

  private void put() {
    int number;
    synchronized (this) {
      if (underWay >= MAX_UNDER_WAY) {
        return;
      }
      number = sent++;
      underWay++;
    }
    // The stage that comes back is of no use: onAnswer does not throw.
    var unused =
        client
            .put(key(number), value(number), level)
            .whenComplete((version, failure) -> onAnswer(number, failure));
  }

  private synchronized void onAnswer(int number, @Nullable Throwable failure) {
    underWay--;
    if (failure == null) {
      long now = System.nanoTime();
      if (lastConfirmedNanos != 0) {
        longestGapNanos = Math.max(longestGapNanos, now - lastConfirmedNanos);
      }
      lastConfirmedNanos = now;
      confirmed.set(number);
    } else if (failure instanceof BelowLevelException) {
      belowLevel++;
    } else {
      failed++;
      if (firstFailure == null) {
        firstFailure = failure;
      }
    }
    notifyAll();
  }

  private String prefix() {
    return level.name().toLowerCase(Locale.ROOT) + "/";
  }

  private byte[] key(int number) {
    return String.format(Locale.ROOT, "%s%09d", prefix(), number)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value(int number) {
    return ByteBuffer.allocate(VALUE_BYTES).putInt(number).array();
  }

  /** The number of the put that wrote it; -1 when no put of this load did. */
  int numberOf(byte[] key, byte[] value) {
    String text = new String(key, StandardCharsets.US_ASCII);
    if (!text.startsWith(prefix()) || value.length != VALUE_BYTES) {
      return -1;
    }
    int number = ByteBuffer.wrap(value).getInt();
    return Arrays.equals(key, key(number)) && Arrays.equals(value, value(number)) ? number : -1;
  }

  synchronized int confirmedCount() {
    return confirmed.cardinality();
  }

  /** The numbers of the puts that were confirmed. */
  synchronized BitSet confirmed() {
    return (BitSet) confirmed.clone();
  }

  /** Begins to look for the longest time without a confirmation anew. */
  synchronized void forgetGaps() {
    longestGapNanos = 0;
  }

  synchronized long longestGapNanos() {
    return longestGapNanos;
  }

  /** Puts that were applied on fewer replicas than asked for. */
  synchronized int belowLevelCount() {
    return belowLevel;
  }

  /** Puts that ended with an error although the client had tried for all of its deadline. */
  synchronized int failedCount() {
    return failed;
  }

  /** "" when none failed. */
  synchronized String firstFailure() {
    Throwable failure = firstFailure;
    return failure == null ? "" : String.valueOf(failure.getMessage());
  }
}
