package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Closing against calls under way. */
class CloseGuardTest {
  private final CloseGuard guard = new CloseGuard("the thing");

  @Test
  void refusesAfterClosing() {
    guard.enter();
    guard.exit();
    assertThat(guard.closeAndWait()).isTrue();
    assertThat(guard.closeAndWait()).isFalse();
    assertThat(guard.tryEnter()).isFalse();
    assertThatThrownBy(guard::enter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the thing is closed");
  }

  @Test
  void waitsForThoseInside() throws InterruptedException {
    guard.enter();
    guard.enter();
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean interruptKept = new AtomicBoolean();
    Thread closer =
        new Thread(
            () -> {
              guard.closeAndWait();
              interruptKept.set(Thread.currentThread().isInterrupted());
              closed.set(true);
            });
    closer.start();
    Awaitility.await().until(() -> closer.getState() == Thread.State.WAITING);
    assertThat(guard.tryEnter()).isFalse();
    guard.exit();
    closer.interrupt();
    // It has taken note of the interrupt, and waits again or has given up.
    Awaitility.await().until(() -> !closer.isInterrupted() || !closer.isAlive());
    Awaitility.await().until(() -> closer.getState() == Thread.State.WAITING || !closer.isAlive());
    assertThat(closed).isFalse();
    guard.exit();
    closer.join();
    assertThat(closed).isTrue();
    assertThat(interruptKept).isTrue();
  }
}
