package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.storage.StoreOptions.Compression;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of the options. */
class StoreOptionsTest {

  @Test
  void defaultsAreValid() {
    assertThat(StoreOptions.defaults().writeBufferBytes()).isEqualTo(32 << 20);
  }

  @Test
  void refusesWhatCannotWorkAndSaysTheLimit() {
    assertThatThrownBy(() -> StoreOptions.defaults().withWriteBufferBytes(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("writeBufferBytes is 1, it must be between 65536 and 1073741824");
    assertThatThrownBy(() -> StoreOptions.defaults().withBlockCacheBytes(-1))
        .hasMessageStartingWith("blockCacheBytes is -1, it must be between");
    assertThatThrownBy(() -> StoreOptions.defaults().withWriteBufferBytes(1 << 30))
        .hasMessage(
            "writeBuffersBytes is 268435456, less than writeBufferBytes with 1073741824;"
                + " a store would flush before its buffer is full");
    assertThatThrownBy(
            () -> new StoreOptions(1 << 20, 1 << 20, 1 << 20, 2, 4096, List.of(), 10, -1, 1))
        .hasMessage("levels in compressionByLevel is 0, it must be between 1 and 7");
    assertThatThrownBy(
            () ->
                new StoreOptions(
                    1 << 20, 1 << 20, 1 << 20, 2, 4096, List.of(Compression.NONE), 10, 0, 1))
        .hasMessageStartingWith("maxOpenFiles is 0, it must be between 16");
  }
}
