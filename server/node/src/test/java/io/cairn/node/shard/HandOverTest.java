package io.cairn.node.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final long FIRST = Long.MAX_VALUE - 10; // such a clock may pass its end
  private static final long LATE = FIRST + HandOver.PATIENCE_NANOS;

  private final HandOver handOver = new HandOver();

  @Test
  void itIsAwaitedForAWhileSinceTheFirstRefusal() {
    assertThat(handOver.isAwaited(1, 5, FIRST)).isTrue();
    assertThat(handOver.isAwaited(1, 5, LATE - 1)).isTrue();
    assertThat(handOver.isAwaited(1, 5, LATE)).isFalse();
    assertThat(handOver.isAwaited(1, 5, LATE + HandOver.PATIENCE_NANOS)).isFalse();
  }

  @Test
  void anotherLeadershipIsAnotherHandOver() {
    assertThat(handOver.isAwaited(1, 5, FIRST)).isTrue();
    assertThat(handOver.isAwaited(3, 5, LATE)).isTrue();
    assertThat(handOver.isAwaited(3, 5, LATE + HandOver.PATIENCE_NANOS)).isFalse();
  }

  @Test
  void soIsADiskThatIsFullAgain() {
    assertThat(handOver.isAwaited(1, 5, FIRST)).isTrue();
    assertThat(handOver.isAwaited(1, 9, LATE)).isTrue();
    assertThat(handOver.isAwaited(1, 9, LATE + HandOver.PATIENCE_NANOS)).isFalse();
  }
}
