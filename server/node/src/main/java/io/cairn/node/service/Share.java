package io.cairn.node.service;

/**
 * What one call holds of the budget. It ends once, whoever ends it, and gives everything back then;
 * a call that has ended gets nothing more. Any thread.
 */
final class Share {
  private final Admission admission;
  private long bytes;
  private boolean ended;

  /**
   * @param bytes what the call was admitted with
   */
  Share(Admission admission, long bytes) {
    this.admission = admission;
    this.bytes = bytes;
  }

  /**
   * False when there is no room for that much more, or the call has ended; nothing is taken then.
   */
  synchronized boolean tryGrow(long more) {
    if (ended || !admission.tryTake(more)) {
      return false;
    }
    bytes += more;
    return true;
  }

  synchronized void end() {
    if (!ended) {
      ended = true;
      admission.leave(bytes);
    }
  }
}
