package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.shard.PendingCall;
import io.cairn.node.shard.ReplyLane;
import io.cairn.node.shard.Shard;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.WriteResult;
import io.cairn.storage.ScanRange;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One open scan. It works on a scan thread while the client takes messages, and lets go of the
 * thread while it does not, so that a slow client costs a place and a snapshot but no thread and no
 * memory. Turns never overlap.
 */
final class ScanCall {
  /** Messages after which others get the thread. */
  private static final int MESSAGES_PER_TURN = 16;

  private final List<Shard> shards;
  private final ReplyLane lane;
  private final ScanRange range;
  private final boolean strong;
  private final ScanSink<?> sink;
  private final Answers answers;
  private final Executor scanners;
  private final int chunkBytes;
  private final Timer timer;
  private final Share share;
  private final Runnable onEnd;
  private final long beganNanos = System.nanoTime();
  private final AtomicInteger waitingShards = new AtomicInteger(1);
  private final AtomicReference<@Nullable FailureStatus> refusal = new AtomicReference<>();

  /** Asks for a turn since the last one began; who raises it from 0 schedules the next. */
  private final AtomicInteger asked = new AtomicInteger();

  private volatile boolean mayRead;

  // Touched in turns only.
  private @Nullable MergedCursor cursor;
  private long remaining;
  private boolean ended;

  ScanCall(
      List<Shard> shards,
      ReplyLane lane,
      ScanRange range,
      long limit,
      boolean strong,
      ScanSink<?> sink,
      Answers answers,
      Executor scanners,
      int chunkBytes,
      Timer timer,
      Share share,
      Runnable onEnd) {
    this.shards = shards;
    this.lane = lane;
    this.range = range;
    this.remaining = limit;
    this.strong = strong;
    this.sink = sink;
    this.answers = answers;
    this.scanners = scanners;
    this.chunkBytes = chunkBytes;
    this.timer = timer;
    this.share = share;
    this.onEnd = onEnd;
  }

  /** On the thread that brought the request, before it returns from the service's method. */
  void begin() {
    sink.observer().setOnReadyHandler(this::askForTurn);
    sink.observer().setOnCancelHandler(this::askForTurn);
    Consistency level = strong ? Consistency.STRONG : Consistency.EVENTUAL;
    for (Shard shard : shards) {
      WriteResult.Refusal reason = shard.status().readRefusalOrNull(level);
      if (reason != null) {
        refusal.compareAndSet(null, answers.of(reason, shard));
      }
    }
    if (strong && refusal.get() == null) {
      waitingShards.addAndGet(shards.size());
      for (Shard shard : shards) {
        shard.whenApplied(new AppliedOn(shard));
      }
    }
    onApplied();
  }

  /** A STRONG scan sees all that was in the log of every shard when it came. */
  private final class AppliedOn extends PendingCall {
    private final Shard shard;

    AppliedOn(Shard shard) {
      super(lane, System.nanoTime());
      this.shard = shard;
    }

    @Override
    protected void answer(WriteResult result) {
      if (result instanceof WriteResult.Refused refused) {
        refusal.compareAndSet(null, answers.of(refused.reason(), shard));
      }
      onApplied();
    }
  }

  private void onApplied() {
    if (waitingShards.decrementAndGet() == 0) {
      mayRead = true;
      askForTurn();
    }
  }

  private void askForTurn() {
    if (asked.getAndIncrement() == 0) {
      schedule();
    }
  }

  /**
   * Once the node stops there is no thread any more: the last turn, which ends it, is taken here.
   */
  private void schedule() {
    try {
      scanners.execute(this::turn);
    } catch (RejectedExecutionException stopped) {
      refusal.compareAndSet(
          null, FailureStatus.ofRead(Failure.SHUTTING_DOWN, "The node is shutting down."));
      turn();
    }
  }

  private void turn() {
    int seen = asked.get();
    boolean more = false;
    try {
      more = step();
    } catch (RuntimeException failed) {
      end();
      answers.refuseScan(sink.observer(), Answers.of(failed));
    }
    if (ended) {
      // Its place may be another scan's by now, so it must not ask for a turn again: with the asks
      // left above 0 nobody will.
      return;
    }
    // Asks that came meanwhile, or more to do: another turn, behind those of other scans.
    if (more || asked.addAndGet(-seen) != 0) {
      schedule();
    }
  }

  /** True when there is more to do at once. */
  private boolean step() {
    if (sink.observer().isCancelled()) {
      end();
      return false;
    }
    FailureStatus refused = refusal.get();
    if (refused != null) {
      end();
      answers.refuseScan(sink.observer(), refused);
      return false;
    }
    if (!mayRead) {
      return false;
    }
    MergedCursor entries = cursor;
    if (entries == null) {
      sink.sendHeader(shards.size() == 1 ? answers.header(shards.get(0)) : answers.header());
      entries = openOrNull();
      if (entries == null) {
        end();
        answers.refuseScan(sink.observer(), answers.notAdmitted(Failure.OVERLOADED));
        return false;
      }
      cursor = entries;
    }
    for (int message = 0; message < MESSAGES_PER_TURN; message++) {
      if (!sink.observer().isReady()) {
        return false;
      }
      if (!fill(entries)) {
        end();
        sink.observer().onCompleted();
        timer.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        return false;
      }
    }
    return true;
  }

  /** Null when the budget has no room for what is pending. */
  private @Nullable MergedCursor openOrNull() {
    List<ShardCursor> cursors = new ArrayList<>();
    boolean opened = false;
    try {
      opened = Ranges.isEmpty(range) || openAll(cursors);
      return opened ? new MergedCursor(cursors, range.reverse()) : null;
    } finally {
      if (!opened) {
        cursors.forEach(ShardCursor::close);
      }
    }
  }

  private boolean openAll(List<ShardCursor> cursors) {
    for (Shard shard : shards) {
      TailCopy tail = null;
      if (!strong) {
        tail = TailCopy.takeOrNull(shard, range, share);
        if (tail == null) {
          return false;
        }
      }
      cursors.add(new ShardCursor(range.reverse(), shard.store().scan(range), tail));
    }
    return true;
  }

  /** Sends one message; false when it was the last. */
  private boolean fill(MergedCursor entries) {
    while (sink.gatheredBytes() < chunkBytes) {
      if (remaining == 0 || !entries.next()) {
        sink.flush();
        return false;
      }
      remaining--;
      sink.add(entries.key(), entries.value());
    }
    sink.flush();
    return true;
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    MergedCursor open = cursor;
    cursor = null;
    if (open != null) {
      open.close();
    }
    share.end();
    onEnd.run();
  }
}
