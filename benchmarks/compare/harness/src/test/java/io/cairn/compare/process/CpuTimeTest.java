package io.cairn.compare.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
  @Test
  void userSystemAndChildrenCount() {
    assertThat(
            CpuTime.ticks(
                "4711 (java) S 1 4711 4711 0 -1 4194304 100 200 0 0 500 30 7 2 20 0 41 0 99 1 2"))
        .isEqualTo(500 + 30 + 7 + 2);
  }

  @Test
  void nameMayLookLikeFields() {
    assertThat(CpuTime.ticks("7 (a) S 9 (b c) R 1 7 7 0 -1 0 1 2 3 4 10 20 30 40 20 0"))
        .isEqualTo(100);
  }

  @Test
  void otherTextIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> CpuTime.ticks("7 (a) S 1 2 3"));
    assertThatIllegalArgumentException().isThrownBy(() -> CpuTime.ticks(""));
  }

  @Test
  void thisProcessHasUsedSome() throws Exception {
    assertThat(CpuTime.ticks(Files.readString(Path.of("/proc/self/stat")))).isPositive();
  }
}
