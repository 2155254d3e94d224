package io.cairn.client;

import io.cairn.api.FailureStatus;
import org.jspecify.annotations.Nullable;

/** One request on its way to a node and back: by a call of its own or on the node's stream. */
interface Exchange {

  /** Sends the request; called once. Its end may be told within. */
  void start();

  /** Breaks it off, when it has not ended yet; its end is told then. Any thread. */
  void cancel(String why);

  /** Is told of the end, once. Any thread. */
  interface Ending<A> {

    void onAnswer(A answer);

    /**
     * @param departed whether the request may have reached the node
     */
    void onFailure(FailureStatus failure, @Nullable Throwable cause, boolean departed);

    /** The node does not know the stream that the request was to take, and has not got it. */
    void onNoPipeline();
  }
}
