package io.cairn.benchmarks;

import java.util.Arrays;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A slowdown that every guarded benchmark plants into itself when asked to ({@code
 * -Dcairn.benchmarks.planted=true}), which shows that a budget notices one. Otherwise it compiles
 * to nothing.
 */
final class Planted {
  private static final boolean ON = Boolean.getBoolean("cairn.benchmarks.planted");

  private Planted() {}

  /**
   * Call it first in a guarded benchmark: costs some 20 microseconds and 512 bytes when planted.
   */
  static void maybeSlowDown() {
    if (ON) {
      Blackhole.consumeCPU(10_000 + Arrays.hashCode(new byte[512]) % 2);
    }
  }
}
