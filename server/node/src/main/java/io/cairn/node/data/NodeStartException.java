package io.cairn.node.data;

/** The node does not start; the message is a sentence for the user. */
public final class NodeStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NodeStartException(String message) {
    super(message);
  }

  public NodeStartException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The thread's flag stays clear until everything is closed: an interrupt closes files under those
   * who use them. Who starts the node sets it again.
   */
  public static NodeStartException interrupted(InterruptedException cause) {
    return new NodeStartException("The start was interrupted.", cause);
  }
}
