package io.cairn.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;

/** A node and the time it lives in: time passes while the sender waits, and never else. */
final class FakeNode implements Target, BenchClock {

  private record Answer(long nanos, CompletableFuture<Object> future) {}

  private final LongUnaryOperator answerNanos;
  private final PriorityQueue<Answer> answers =
      new PriorityQueue<>(Comparator.comparingLong(Answer::nanos));
  final List<Request> requests = new ArrayList<>();
  private Runnable onSend = () -> {};
  private long nanos;
  int mostUnderWay;

  /**
   * @param answerNanos from when a request comes to when it is answered
   */
  FakeNode(LongUnaryOperator answerNanos) {
    this.answerNanos = answerNanos;
  }

  void onSend(Runnable action) {
    onSend = action;
  }

  @Override
  public CompletableFuture<?> send(Request request) {
    requests.add(request);
    CompletableFuture<Object> future = new CompletableFuture<>();
    answers.add(new Answer(answerNanos.applyAsLong(nanos), future));
    mostUnderWay = Math.max(mostUnderWay, answers.size());
    onSend.run();
    return future;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void parkUntil(long until) {
    Answer next = answers.peek();
    if (next == null || next.nanos() > until) {
      nanos = Math.max(nanos, until);
      return;
    }
    answers.remove();
    nanos = Math.max(nanos, next.nanos());
    next.future().complete("answer");
  }

  @Override
  public void wake() {}
}
