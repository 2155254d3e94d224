package io.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShardingProperties {

  @Property
  void everyKeyHasAShard(@ForAll byte[] key, @ForAll @IntRange(min = 1, max = 4096) int shards) {
    assertThat(Sharding.shardOf(key, shards)).isBetween(0, shards - 1);
  }

  /** Data on disk lies where these numbers say: they never change. */
  @Example
  void theHashIsPartOfTheFormat() {
    assertThat(shardOf("123456789", 1000)).isEqualTo((int) (0xE3069283L % 1000)); // CRC32C's check
    assertThat(shardOf("a", 7)).isEqualTo((int) (0xC1D04330L % 7));
    assertThat(shardOf("", 5)).isZero();
  }

  private static int shardOf(String key, int shards) {
    return Sharding.shardOf(key.getBytes(StandardCharsets.UTF_8), shards);
  }
}
