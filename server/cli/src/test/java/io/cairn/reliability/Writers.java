package io.cairn.reliability;

import com.google.protobuf.ByteString;
import io.cairn.client.CairnException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writers that each own some of the keys, have one write under way, and send the next when it is
 * answered. The first error ends a writer: what became of that write is for the check to find out.
 */
final class Writers {
  static final int COUNT = 64;

  private final Ledger ledger;
  private final WriteCalls calls;
  private final CountDownLatch running;
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder acknowledgedAfterFault = new LongAdder();
  private final Map<String, Integer> errors = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile boolean faulty;

  private Writers(Ledger ledger, WriteCalls calls, int count) {
    this.ledger = ledger;
    this.calls = calls;
    this.running = new CountDownLatch(count);
  }

  /** All writers, which send each write once. */
  static Writers start(Ledger ledger, ManagedChannel channel, Random random) {
    return start(ledger, WriteCalls.once(channel), random, 0, COUNT);
  }

  /** The writers of these numbers. */
  static Writers start(Ledger ledger, WriteCalls calls, Random random, int first, int end) {
    Writers writers = new Writers(ledger, calls, end - first);
    for (int i = first; i < end; i++) {
      writers.new Writer(i, new Random(random.nextLong())).next();
    }
    return writers;
  }

  /** From now on no write that is sent may be acknowledged. */
  void faultInForce() {
    faulty = true;
  }

  /**
   * Waits until so many writes are acknowledged, no writer is left, or the time is over: a node
   * that has just started is slow, and is to be hurt under load, not before it.
   */
  void awaitAcknowledged(long writes, int limitMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    while (acknowledged() < writes && running.getCount() > 0 && System.nanoTime() < deadline) {
      NodeProcess.pauseMillis(1);
    }
  }

  /** Stops sending and waits until all is answered. */
  void stop() throws InterruptedException {
    stopping = true;
    if (!running.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(running.getCount() + " writes got no answer for 60 s");
    }
  }

  long acknowledged() {
    return acknowledged.sum();
  }

  /** Writes that were sent when every sync failed, and were acknowledged all the same. */
  long acknowledgedAfterFault() {
    return acknowledgedAfterFault.sum();
  }

  Map<String, Integer> errors() {
    return errors;
  }

  private final class Writer {
    private final int firstKey;
    private final int keys;
    private final Random random;

    Writer(int number, Random random) {
      this.keys = ledger.keys() / COUNT;
      this.firstKey = number * keys;
      this.random = random;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
    void next() {
      if (stopping) {
        running.countDown();
        return;
      }
      int index = firstKey + random.nextInt(keys);
      boolean sentInFault = faulty;
      long sequence = ledger.begin(index);
      ByteString value = Content.isDelete(index, sequence) ? null : Content.value(index, sequence);
      calls
          .write(Content.key(index), value, random.nextBoolean())
          .whenComplete(
              (version, error) -> {
                if (error == null) {
                  onAcknowledged(index, sequence, sentInFault);
                } else {
                  onError(error);
                }
              });
    }

    private void onAcknowledged(int index, long sequence, boolean sentInFault) {
      ledger.acknowledge(index, sequence);
      acknowledged.increment();
      if (sentInFault) {
        acknowledgedAfterFault.increment();
      }
      next();
    }

    private void onError(Throwable error) {
      String kind =
          error instanceof CairnException cairn
              ? cairn.reason() + (cairn.outcomeUnknown() ? ", outcome unknown" : "")
              : Status.fromThrowable(error).getCode().name();
      errors.merge(kind, 1, Integer::sum);
      running.countDown();
    }
  }
}
