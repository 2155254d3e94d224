package io.cairn.compare.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the figures were measured on. */
public final class Machine {
  private static final double KIB_IN_A_GIB = 1 << 20;

  private Machine() {}

  /**
   * In one sentence.
   *
   * @param data where the stores keep their data
   */
  public static String describe(Path data) throws IOException {
    return String.format(
        Locale.ROOT,
        "%d processors (%s), %.0f GB, Linux %s, data on %s, Java %s; load average before it began: %s",
        Runtime.getRuntime().availableProcessors(),
        value("/proc/cpuinfo", "model name"),
        Double.parseDouble(value("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KIB_IN_A_GIB,
        System.getProperty("os.version"),
        Files.getFileStore(data).type(),
        System.getProperty("java.version"),
        Files.readString(Path.of("/proc/loadavg"), StandardCharsets.US_ASCII).split(" ", -1)[0]);
  }

  private static String value(String file, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "?";
  }
}
