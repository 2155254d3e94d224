package io.cairn.compare.redis;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends what was started since the last time, once the connection's thread has nothing else to do.
 */
final class Flush {
  private final EventLoop loop;
  private final Runnable send;
  private final AtomicBoolean planned = new AtomicBoolean();

  Flush(EventLoop loop, Runnable send) {
    this.loop = loop;
    this.send = send;
  }

  /** Sends in a moment, on the connection's thread. */
  void soon() {
    if (planned.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            planned.set(false);
            send.run();
          });
    }
  }

  /** Runs on the connection's thread, behind what it has to do already. */
  void later(Runnable work) {
    loop.execute(work);
  }
}
