package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Operation;
import org.junit.jupiter.api.Test;

class AppliedOnceTest {

  private final AppliedOnce log = new AppliedOnce();

  @Test
  void aWriteThatIsThereTwiceIsFound() {
    log.onOperation(7, 1, 100);
    log.onOperation(7, 2, 101);
    log.onOperation(7, 1, 102);

    assertThat(log.complaints())
        .containsExactly("write 1 of client 0000000000000007 is applied twice, at 100 and at 102");
  }

  @Test
  void otherWritesAreOtherWrites() {
    log.onOperation(7, 1, 100);
    log.onOperation(7, 2, 101);
    log.onOperation(8, 1, 102);
    log.onOperation(Operation.NO_CLIENT, 0, 103);
    log.onOperation(Operation.NO_CLIENT, 0, 104);

    assertThat(log.complaints()).isEmpty();
  }
}
