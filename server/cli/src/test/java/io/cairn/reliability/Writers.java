package io.cairn.reliability;

import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
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
  private final KvGrpc.KvStub stub;
  private final CountDownLatch running = new CountDownLatch(COUNT);
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder acknowledgedAfterFault = new LongAdder();
  private final Map<Status.Code, Integer> errors = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile boolean faulty;

  private Writers(Ledger ledger, ManagedChannel channel) {
    this.ledger = ledger;
    this.stub = KvGrpc.newStub(channel);
  }

  static Writers start(Ledger ledger, ManagedChannel channel, Random random) {
    Writers writers = new Writers(ledger, channel);
    for (int i = 0; i < COUNT; i++) {
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

  Map<Status.Code, Integer> errors() {
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

    void next() {
      if (stopping) {
        running.countDown();
        return;
      }
      int index = firstKey + random.nextInt(keys);
      boolean sentInFault = faulty;
      long sequence = ledger.begin(index);
      Consistency level =
          random.nextBoolean() ? Consistency.CONSISTENCY_STRONG : Consistency.CONSISTENCY_EVENTUAL;
      KvGrpc.KvStub call = stub.withDeadlineAfter(60, TimeUnit.SECONDS);
      if (Content.isDelete(index, sequence)) {
        DeleteRequest request =
            DeleteRequest.newBuilder().setKey(Content.key(index)).setConsistency(level).build();
        call.delete(request, new Answer<>(index, sequence, sentInFault));
      } else {
        PutRequest request =
            PutRequest.newBuilder()
                .setKey(Content.key(index))
                .setValue(Content.value(index, sequence))
                .setConsistency(level)
                .build();
        call.put(request, new Answer<>(index, sequence, sentInFault));
      }
    }

    private final class Answer<T> implements StreamObserver<T> {
      private final int index;
      private final long sequence;
      private final boolean sentInFault;

      Answer(int index, long sequence, boolean sentInFault) {
        this.index = index;
        this.sequence = sequence;
        this.sentInFault = sentInFault;
      }

      @Override
      public void onNext(T response) {
        ledger.acknowledge(index, sequence);
        acknowledged.increment();
        if (sentInFault) {
          acknowledgedAfterFault.increment();
        }
      }

      @Override
      public void onCompleted() {
        next();
      }

      @Override
      public void onError(Throwable thrown) {
        errors.merge(Status.fromThrowable(thrown).getCode(), 1, Integer::sum);
        running.countDown();
      }
    }
  }
}
