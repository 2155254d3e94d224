package io.cairn.node.shard;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.storage.KeyValueStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One shard of the node: its replica, log and store, and the three threads that drive them. Any
 * thread may call it.
 */
public final class Shard {
  private final int number;
  private final NodeConfig config;
  private final Replica replica;
  private final ReplicaLog log;
  private final KeyValueStore store;
  private final FailStop failStop;
  private final LogThread logThread;
  private final Applier applier;
  private final ReplicaThread replicaThread;
  private final CountDownLatch serving = new CountDownLatch(1);
  private boolean started;
  private long reportedFlushedOffset;
  private long appendedBytesAtFlush;

  /**
   * @param replica has recovered the log
   */
  Shard(
      int number,
      NodeConfig config,
      Replica replica,
      ReplicaLog log,
      KeyValueStore store,
      FailStop failStop,
      ShardMetrics metrics) {
    this.number = number;
    this.config = config;
    this.replica = replica;
    this.log = log;
    this.store = store;
    this.failStop = failStop;
    logThread = new LogThread(number, log, failStop, metrics, this::report);
    applier = new Applier(number, store, failStop, metrics, this::report);
    replicaThread =
        new ReplicaThread(
            number, replica, logThread, applier, failStop, metrics, serving::countDown);
  }

  /** Opens a new epoch; {@link #awaitServing} tells when it is open. */
  void start() {
    started = true;
    logThread.start();
    applier.start();
    replicaThread.start();
    report(new Input.Lead(log.lastEpoch() + 1, System.currentTimeMillis()));
  }

  boolean isStarted() {
    return started;
  }

  boolean awaitServing(long timeoutMillis) throws InterruptedException {
    return serving.await(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  private void report(Input input) {
    replicaThread.put(input);
    replicaThread.wake();
  }

  ReplicaThread replicaThread() {
    return replicaThread;
  }

  public int number() {
    return number;
  }

  public ReplicaStatus status() {
    return replica.status();
  }

  public PendingTail pendingTail() {
    return replica.pendingTail();
  }

  public KeyValueStore store() {
    return store;
  }

  public ReplicaLog log() {
    return log;
  }

  /**
   * Asks for a write to be ordered. The proposal's context is a {@link PendingCall} of the lane.
   */
  public void propose(Proposal proposal, ReplyLane lane) {
    lane.submit(this, proposal);
  }

  /** Tells the call when everything below and at an offset is committed. */
  public void whenCommitted(long offset, PendingCall call) {
    call.lane().submit(this, ReplicaThread.barrier(ReadBarrier.Kind.COMMITTED, offset, call));
  }

  /** Tells the call when everything that is in the log now is in the store. */
  public void whenApplied(PendingCall call) {
    call.lane().submit(this, ReplicaThread.barrier(ReadBarrier.Kind.APPLIED, 0, call));
  }

  /** What is wrong with it just now, one sentence each. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    long syncing = TimeUnit.NANOSECONDS.toMillis(logThread.syncingNanos());
    if (syncing > config.log().slowSyncMillis()) {
      problems.add(
          "The log of shard " + number + " has been waiting for its disk for " + syncing + " ms.");
    }
    String lag = applier.problemOrNull();
    if (lag != null) {
      problems.add(lag);
    }
    switch (log.space()) {
      case AVAILABLE -> {}
      case DELETES_ONLY ->
          problems.add(
              "Shard " + number + " refuses puts: less than log.disk-reserve is free on its disk.");
      case EXHAUSTED -> problems.add("Shard " + number + " refuses writes: its disk is full.");
    }
    return problems;
  }

  /** Whether a sync hangs beyond {@code log.slow-sync}. */
  public boolean isDiskStalled() {
    return TimeUnit.NANOSECONDS.toMillis(logThread.syncingNanos()) > config.log().slowSyncMillis();
  }

  /**
   * Flushes the store when enough of the log rests on its memory, and lets the log forget what is
   * in files. One thread at a time; may take long.
   */
  void maybeFlush() {
    long appendedBytes = logThread.appendedBytes();
    if (appendedBytes - appendedBytesAtFlush >= config.storage().flushAfterBytes()) {
      store.flush();
      appendedBytesAtFlush = appendedBytes;
    }
    long flushedOffset = store.flushedOffset();
    if (flushedOffset > reportedFlushedOffset && status().appliedOffset() >= flushedOffset) {
      reportedFlushedOffset = flushedOffset;
      report(new Input.Flushed(flushedOffset));
    }
  }

  /** Ends the threads, which closes the log; the store has then what it took. */
  void stop() {
    if (!started) {
      log.close();
      return;
    }
    for (Worker<?> worker : List.of(replicaThread, logThread, applier)) {
      worker.stop();
      worker.join();
    }
  }

  /** After {@link #stop}: brings the store to disk and closes it. */
  void close() {
    FailStop.Failure failure = failStop.failureOrNull();
    if (failure == null || failure.storeIsSound()) {
      store.close();
    }
  }
}
