package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;

/**
 * An operation as its client saw it. Of the times only the order matters: an operation that
 * returned at the very time at which another was invoked is taken to be concurrent with it.
 *
 * @param id for the reader of an explanation
 * @param returnTime {@link #OPEN} when it was never answered
 */
public record OperationRecord(
    int id, Invocation invocation, long invokeTime, long returnTime, Answer answer) {

  public static final long OPEN = Long.MAX_VALUE;

  public OperationRecord {
    if (returnTime < invokeTime) {
      throw new IllegalArgumentException("returned before it was invoked: operation " + id);
    }
  }

  long client() {
    return invocation.client();
  }

  public Action action() {
    return invocation.action();
  }

  Consistency level() {
    return invocation.level();
  }

  /** Known to have taken effect, at least at the node that confirmed it. */
  public boolean isConfirmedWrite() {
    return !action().isRead() && answer.isOk() && answer.succeeded();
  }

  /** May have changed the key, or do so later. */
  boolean mayHaveWritten() {
    return !action().isRead() && (isConfirmedWrite() || answer.outcome() == Answer.Outcome.UNKNOWN);
  }

  @Override
  public String toString() {
    String end = returnTime == OPEN ? "open" : Long.toString(returnTime);
    return String.format(
        "#%d %d..%s client %d %s %s %s: %s",
        id, invokeTime, end, client(), level(), invocation.key(), action(), answerText());
  }

  private String answerText() {
    String source =
        answer.source() == null
            ? ""
            : String.format(
                " (node %d, epoch %d, offset %d)",
                answer.source().node(), answer.source().epoch(), answer.source().offset());
    if (!answer.isOk()) {
      return answer.outcome() + source;
    }
    return switch (action().kind()) {
          case READ -> Action.text(answer.value());
          case CAS -> answer.succeeded() ? "done" : "another value";
          case WRITE, DELETE, CLEAR -> "done";
        }
        + source;
  }
}
