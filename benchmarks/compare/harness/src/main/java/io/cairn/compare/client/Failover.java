package io.cairn.compare.client;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long nothing can be written after the leader was killed. A strong put is sent every few
 * milliseconds whatever became of those before it, so that no client's way of trying again decides.
 */
final class Failover {
  private static final long INTERVAL_NANOS = 5_000_000;
  private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Fewer than any client takes; beyond it the next put waits for an answer. */
  private static final int MAX_UNDER_WAY = 4_000;

  private final Target target;
  private final Call put;
  private final Dataset data;
  private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
  private final AtomicLong acknowledged = new AtomicLong();

  /** When the leader was killed; 0 before. */
  private volatile long killedNanos;

  /** When the first put that began after the kill was acknowledged; 0 before. */
  private final AtomicLong backNanos = new AtomicLong();

  Failover(Target target, Dataset data) throws Exception {
    this.target = target;
    this.put = target.call(Operation.STRONG_PUT);
    this.data = data;
  }

  /**
   * Kills the process that leads, as {@code kill -9} does.
   *
   * @param processes "endpoint=pid" of each node, separated by commas
   * @return microseconds until a put that was sent after the kill was acknowledged
   */
  long killLeader(String processes) throws Exception {
    long started = System.nanoTime();
    sendUntil(() -> System.nanoTime() - started > BEFORE_NANOS && acknowledged.get() > 0);
    String leader = target.leader();
    long pid = pidOf(leader, processes);
    killedNanos = System.nanoTime();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    sendUntil(() -> backNanos.get() != 0);
    return TimeUnit.NANOSECONDS.toMicros(backNanos.get() - killedNanos);
  }

  private static long pidOf(String leader, String processes) {
    for (String process : processes.split(",", -1)) {
      int equals = process.indexOf('=');
      if (process.substring(0, equals).equals(leader)) {
        return Long.parseLong(process.substring(equals + 1));
      }
    }
    throw new IllegalStateException("the leader is at " + leader + ", not one of " + processes);
  }

  private void sendUntil(BooleanSupplier enough) throws InterruptedException {
    long began = System.nanoTime();
    for (int i = 0; !enough.getAsBoolean(); i++) {
      if (System.nanoTime() - began > LIMIT_NANOS) {
        throw new IllegalStateException("no put was acknowledged within a minute");
      }
      if (free.tryAcquire(INTERVAL_NANOS, TimeUnit.NANOSECONDS)) {
        int key = i % data.size();
        Attempt attempt = new Attempt(System.nanoTime());
        try {
          put.start(data.key(key), data.value(key), attempt);
        } catch (RuntimeException refused) {
          attempt.failed(refused);
        }
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
  }

  private final class Attempt implements Answer {
    private final long sentNanos;

    Attempt(long sentNanos) {
      this.sentNanos = sentNanos;
    }

    @Override
    public void succeeded() {
      long now = System.nanoTime();
      free.release();
      acknowledged.incrementAndGet();
      if (killedNanos != 0 && sentNanos - killedNanos > 0) {
        backNanos.compareAndSet(0, now);
      }
    }

    @Override
    public void failed(Throwable cause) {
      free.release();
    }
  }
}
