package io.cairn.client;

import org.jspecify.annotations.Nullable;

/**
 * The pipelined stream to a node: opened with the first operation, and again with the next one
 * after it broke. Thread-safe.
 */
final class Pipeline {

  private final Node node;
  private volatile @Nullable PipelineStream stream;

  /** The node has said that it does not know such streams. */
  private volatile boolean unknown;

  Pipeline(Node node) {
    this.node = node;
  }

  /** The stream for a request of so many bytes; null when it must be sent by a call of its own. */
  @Nullable PipelineStream streamOrNull(int requestBytes) {
    if (unknown || requestBytes > PipelineStream.MAX_REQUEST_BYTES) {
      return null;
    }
    PipelineStream open = stream;
    if (open == null || !open.isOpen()) {
      open = open();
    }
    return open.takes(requestBytes) ? open : null;
  }

  private PipelineStream open() {
    PipelineStream opened;
    synchronized (this) {
      PipelineStream open = stream;
      if (open != null && open.isOpen()) {
        return open;
      }
      opened = new PipelineStream(node);
      stream = opened;
    }
    opened.open(); // without the lock: it may end within
    return opened;
  }

  void onUnknown() {
    unknown = true;
  }

  /** The node may be of another version when it is back. */
  void onReconnect() {
    unknown = false;
  }

  void retire() {
    PipelineStream open = stream;
    if (open != null) {
      open.retire();
    }
  }
}
