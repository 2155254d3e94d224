package io.cairn.cli.bench;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the operations of a workload when they are due, from one thread, and counts the answers,
 * which come on others. What is under way is bounded: where there is no room the operation waits,
 * it is never left out.
 */
public final class BenchRun {

  /**
   * How long and how much.
   *
   * @param inFlight operations under way at most
   * @param warmUpNanos may be 0; what is sent in it is not measured
   * @param windowNanos what is measured
   */
  public record Plan(Schedule schedule, int inFlight, long warmUpNanos, long windowNanos) {}

  private final Plan plan;
  private final Workload workload;
  private final Target target;
  private final BenchClock clock;
  private final long startNanos;
  private final Recording recording;
  private final Latencies sendDelays = new Latencies();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger scansUnderWay = new AtomicInteger();

  /** Set while the sender waits for room, so that other answers need not wake it. */
  private final AtomicBoolean waiting = new AtomicBoolean();

  private volatile boolean stopped;

  /** Begins now. */
  BenchRun(Plan plan, Workload workload, Target target, BenchClock clock) {
    this.plan = plan;
    this.workload = workload;
    this.target = target;
    this.clock = clock;
    this.startNanos = clock.nanoTime();
    this.recording =
        new Recording(workload.mix(), startNanos + plan.warmUpNanos(), plan.windowNanos());
  }

  /** Begins now, and is run by this thread. */
  public static BenchRun ofThisThread(Plan plan, Workload workload, ClientTarget target) {
    return new BenchRun(plan, workload, target, BenchClock.ofThisThread());
  }

  /** Runs to the end, or until it is stopped, and waits for the answers to all that was sent. */
  public BenchResult run() {
    long endNanos = startNanos + plan.warmUpNanos() + plan.windowNanos();
    long sent = 0;
    Request request = workload.next();
    while (awaitRoom(request, endNanos)) {
      long due = plan.schedule().dueNanos(sent, startNanos, clock.nanoTime());
      if (due - endNanos >= 0 || !awaitTime(due)) {
        break;
      }
      send(request, due);
      sent++;
      request = workload.next();
    }
    if (!awaitTime(endNanos)) {
      recording.endWindow(clock.nanoTime());
    }
    long ranNanos = Math.min(clock.nanoTime(), endNanos) - startNanos;
    long unsent = Math.max(0, plan.schedule().dueWithin(ranNanos) - sent);
    awaitAnswers();
    return new BenchResult(
        Math.max(0, ranNanos - plan.warmUpNanos()),
        recording.tallies(),
        sendDelays,
        unsent,
        stopped);
  }

  private boolean hasRoom(Request request) {
    return underWay.get() < plan.inFlight()
        && (request.share().kind() != OperationKind.SCAN
            || scansUnderWay.get() < ClientTarget.MAX_SCANS);
  }

  /** Whether there is room before the end. */
  private boolean awaitRoom(Request request, long endNanos) {
    while (!stopped && endNanos - clock.nanoTime() > 0) {
      if (hasRoom(request)) {
        return true;
      }
      waiting.set(true);
      if (!hasRoom(request)) { // an answer before the flag was set woke nobody
        clock.parkUntil(endNanos);
      }
      waiting.set(false);
    }
    return false;
  }

  /** False when it was stopped meanwhile. */
  private boolean awaitTime(long nanos) {
    while (!stopped && nanos - clock.nanoTime() > 0) {
      clock.parkUntil(nanos);
    }
    return !stopped;
  }

  private void awaitAnswers() {
    while (underWay.get() > 0) {
      waiting.set(true);
      if (underWay.get() > 0) {
        clock.parkUntil(clock.nanoTime() + plan.windowNanos());
      }
      waiting.set(false);
    }
  }

  private void send(Request request, long dueNanos) {
    underWay.incrementAndGet();
    if (request.share().kind() == OperationKind.SCAN) {
      scansUnderWay.incrementAndGet();
    }
    long sentNanos = clock.nanoTime();
    if (plan.schedule() instanceof Schedule.Open && sentNanos - startNanos >= plan.warmUpNanos()) {
      sendDelays.record(sentNanos - dueNanos);
    }
    // The stage that comes back is of no use: its callback does not throw.
    var unused =
        target
            .send(request)
            .whenComplete(
                (answer, failure) -> {
                  recording.onAnswer(
                      request, dueNanos, sentNanos, clock.nanoTime(), answer, failure);
                  makeRoom(request);
                });
  }

  private void makeRoom(Request request) {
    if (request.share().kind() == OperationKind.SCAN) {
      scansUnderWay.decrementAndGet();
    }
    underWay.decrementAndGet();
    if (waiting.get() && waiting.compareAndSet(true, false)) {
      clock.wake();
    }
  }

  /** Ends it early. Any thread. */
  public void stop() {
    stopped = true;
    clock.wake();
  }

  /** Operations that have their answer, warm-up included. Any thread. */
  public long answered() {
    return recording.soFar().answered();
  }

  /** Operations that failed, warm-up included. Any thread. */
  public long failed() {
    return recording.soFar().failed();
  }
}
