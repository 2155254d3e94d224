package io.cairn.node.shard;

import io.cairn.node.metrics.ShardMetrics;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps a shard's replica, on a thread of its own or on that which brings it something, one at a
 * time. A turn takes everything that has gathered, steps, sets the log to work, tells the other
 * nodes, answers, and sets the store to work.
 *
 * <p>An event loop, the ticker, and the threads of log and store take the turn themselves when it
 * is free: on the way of a write through three nodes that spares most of the wake-ups, each of
 * which takes as long as a third of a sync.
 *
 * <p>Its queue is bounded by what puts into it: calls hold a share of the node's bytes in flight,
 * and log, store and flush have one report each under way.
 */
final class ReplicaThread extends Worker<Object> {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaThread.class);
  private static final Object TICK = new Object();

  /**
   * While nobody waits for the store, what is committed gathers to so much, or until the next tick:
   * readers find it in the pending tail, and a wake-up of the applier for each group would take
   * processor time from the threads that a write waits for.
   */
  private static final int APPLY_BYTES = 64 << 10;

  private static final WriteResult READABLE = new WriteResult.Confirmed(0, false);

  // What a call that was confirmed is told when the node failed before its answer left.
  private static final WriteResult UNKNOWN =
      new WriteResult.Unknown(WriteResult.UnknownReason.STOPPED);
  private static final WriteResult UNREADABLE =
      new WriteResult.Refused(WriteResult.Refusal.NOT_SERVING);

  private final int shard;
  private final Replica replica;
  private final LogThread log;
  private final Applier applier;
  private final FailStop failStop;
  private final ShardMetrics metrics;
  private final ReplicaLinks links;
  private final Consumer<Effect.ReadLog> logReads;
  private final Runnable onServing;
  private final AtomicBoolean tickIsDue = new AtomicBoolean();
  private final Consumer<Effect> effects = this::carryOut;
  private final List<Effect.Send> sends = new ArrayList<>();
  private final List<List<PendingCall>> answers = new ArrayList<>();
  private List<Proposal> proposals = new ArrayList<>();
  private List<ReadBarrier> reads = new ArrayList<>();
  private Role lastRole = Role.RECOVERING;

  /** Handed over since the applier was woken. */
  private long unappliedBytes;

  ReplicaThread(
      int shard,
      Replica replica,
      LogThread log,
      Applier applier,
      FailStop failStop,
      ShardMetrics metrics,
      ReplicaLinks links,
      Consumer<Effect.ReadLog> logReads,
      Runnable onServing) {
    super("cairn-replica-" + shard, failStop);
    this.links = links;
    this.logReads = logReads;
    this.shard = shard;
    this.replica = replica;
    this.log = log;
    this.applier = applier;
    this.failStop = failStop;
    this.metrics = metrics;
    this.onServing = onServing;
  }

  @Override
  void work(List<Object> items) {
    boolean applyNow = false;
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      if (item instanceof Proposal proposal) {
        proposals.add(proposal);
      } else if (item instanceof ReadBarrier barrier) {
        reads.add(barrier);
      } else {
        boolean tick = item == TICK;
        if (tick) {
          tickIsDue.set(false);
          applyNow = true;
        }
        replica.step(tick ? new Input.Tick(System.nanoTime()) : (Input) item, effects);
      }
    }
    if (!reads.isEmpty()) {
      replica.step(new Input.Read(reads), effects);
      reads = new ArrayList<>();
    }
    if (!proposals.isEmpty()) {
      PendingCall first = (PendingCall) proposals.get(0).context();
      metrics.queued(System.nanoTime() - first.beganNanos());
      replica.step(new Input.Propose(proposals, System.currentTimeMillis()), effects);
      proposals = new ArrayList<>();
    }
    carryOn(applyNow);
    if (replica.status().role() != lastRole) {
      onRoleChange();
    }
  }

  /**
   * First what takes longest: this node's disk, then the others, then who waits, then the store.
   */
  private void carryOn(boolean applyNow) {
    log.wake();
    for (int i = 0; i < sends.size(); i++) {
      links.send(shard, sends.get(i).to(), sends.get(i).message());
    }
    sends.clear();
    handOverAnswers();
    if (applyNow || unappliedBytes >= APPLY_BYTES || replica.waitsForStore()) {
      unappliedBytes = 0;
      applier.wake();
    }
  }

  /**
   * One at a time: a replica that does not get to run is not to make up for lost time. The ticker
   * takes the turn, so that the heartbeats of all shards come to the event loops together.
   */
  void tick() {
    if (tickIsDue.compareAndSet(false, true)) {
      put(TICK);
      workOrWake();
    }
  }

  /**
   * Every call still gets an answer, after a failure and when the shard is replaced: what is
   * unknown, what refused.
   */
  @Override
  void end(List<Object> undone) {
    FailStop.Failure failure = failStop.failureOrNull();
    if (failure != null || !undone.isEmpty()) {
      if (replica.status().role() != Role.HALTED) {
        replica.step(
            new Input.DiskFailed(failure == null ? "the shard is closed" : failure.reason()),
            this::carryOutAfterEnd);
      }
      for (Object item : undone) {
        if (item instanceof Proposal proposal) {
          replica.step(new Input.Propose(List.of(proposal), 0), this::carryOutAfterEnd);
        } else if (item instanceof ReadBarrier barrier) {
          replica.step(new Input.Read(List.of(barrier)), this::carryOutAfterEnd);
        }
      }
      handOverAnswers();
    }
  }

  /** The threads that would do anything else have ended, or are about to. */
  private void carryOutAfterEnd(Effect effect) {
    if (effect instanceof Effect.CompleteWrite
        || effect instanceof Effect.CompleteRead
        || effect instanceof Effect.FailRead) {
      carryOut(effect);
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Append
        || effect instanceof Effect.TrimLog
        || effect instanceof Effect.CutLog
        || effect instanceof Effect.OfferSettled) {
      log.put(effect);
    } else if (effect instanceof Effect.Send send) {
      sends.add(send);
    } else if (effect instanceof Effect.ReadLog read) {
      logReads.accept(read);
    } else if (effect instanceof Effect.ProposeIsr propose) {
      metrics.isrProposed();
      links.proposeIsr(propose.change());
    } else if (effect instanceof Effect.Rebuild rebuild) {
      log.keepLost(rebuild.lost());
      links.rebuild(shard, rebuild.reason());
    } else if (effect instanceof Effect.Apply apply) {
      applier.put(apply.record());
      unappliedBytes += apply.record().lengthBytes();
    } else if (effect instanceof Effect.CompleteWrite write) {
      answerLater(write.proposal().context(), write.result(), UNKNOWN);
    } else if (effect instanceof Effect.CompleteRead read) {
      answerLater(read.barrier().context(), READABLE, UNREADABLE);
    } else if (effect instanceof Effect.FailRead read) {
      answerLater(read.barrier().context(), new WriteResult.Refused(read.reason()), UNREADABLE);
    } else if (effect instanceof Effect.Halt halt) {
      failStop.fail("Shard " + shard + " halted", new IllegalStateException(halt.reason()));
    }
  }

  private void answerLater(Object context, WriteResult result, WriteResult afterFailure) {
    PendingCall call = (PendingCall) context;
    call.settle(result, afterFailure);
    int lane = call.lane().index();
    while (answers.size() <= lane) {
      answers.add(new ArrayList<>());
    }
    answers.get(lane).add(call);
  }

  private void handOverAnswers() {
    for (int lane = 0; lane < answers.size(); lane++) {
      List<PendingCall> calls = answers.get(lane);
      if (!calls.isEmpty()) {
        answers.set(lane, new ArrayList<>());
        long since = System.nanoTime();
        calls.get(0).lane().executor().execute(() -> answer(calls, since));
      }
    }
  }

  /** On the lane. After a failure nothing is confirmed any more, but everybody is answered. */
  private void answer(List<PendingCall> calls, long sinceNanos) {
    for (PendingCall call : calls) {
      call.answer(call.result(failStop.hasFailed()));
    }
    calls.forEach(PendingCall::flush);
    metrics.replied(System.nanoTime() - sinceNanos);
  }

  private void onRoleChange() {
    lastRole = replica.status().role();
    LOG.info(
        "Shard {} is {}: leader {}, epoch {}, log end {}, high watermark {}, applied {}",
        shard,
        lastRole,
        replica.status().leader(),
        replica.status().epoch(),
        replica.status().logEndOffset(),
        replica.status().highWatermark(),
        replica.status().appliedOffset());
    if (lastRole == Role.LEADER) {
      metrics.elected();
      onServing.run();
    }
  }
}
