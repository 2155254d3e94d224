package io.cairn.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM flags of a benchmark: those that the libraries need, as the root pom names them, and
 * quiet logs.
 */
final class JvmFlags {
  private JvmFlags() {}

  static List<String> read() throws IOException {
    return List.of(Resources.read("jvm-flags.txt").strip().split("\\s+"));
  }

  /**
   * Sets the flags that are properties in this process, which {@code java -jar} started without.
   */
  static void setProperties() throws IOException {
    for (String flag : read()) {
      int equals = flag.indexOf('=');
      if (flag.startsWith("-D") && equals > 0) {
        System.setProperty(flag.substring(2, equals), flag.substring(equals + 1));
      }
    }
  }

  /** JMH options that hand the flags to every fork, followed by the given ones. */
  static List<String> asJmhOptions(List<String> options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-jvmArgsAppend", String.join(" ", read())));
    all.addAll(options);
    return all;
  }
}
