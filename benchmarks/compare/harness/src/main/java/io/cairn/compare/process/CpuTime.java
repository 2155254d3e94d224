package io.cairn.compare.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Processor time of processes, as the kernel counts it. */
public final class CpuTime {
  /** What {@code getconf CLK_TCK} says on every Linux that runs Java. */
  private static final double TICKS_A_SECOND = 100;

  /** Fields after the name, of proc(5): utime, stime, and those of children waited for. */
  private static final int FIRST_FIELD = 11;

  private static final int FIELDS = 4;

  private CpuTime() {}

  /** Seconds that the processes have used so far, user and system, ended threads included. */
  public static double seconds(Collection<Child> children) throws IOException {
    long ticks = 0;
    for (Child child : children) {
      try {
        ticks +=
            ticks(
                Files.readString(
                    Path.of("/proc/" + child.pid() + "/stat"), StandardCharsets.ISO_8859_1));
      } catch (NoSuchFileException ended) {
        throw child.failure("has ended");
      }
    }
    return ticks / TICKS_A_SECOND;
  }

  /**
   * Reads them from the text of a {@code stat} file.
   *
   * @throws IllegalArgumentException when it is none
   */
  static long ticks(String stat) {
    // The name stands in parentheses and may hold any of these itself.
    int nameEnd = stat.lastIndexOf(')');
    List<String> fields = List.of(stat.substring(nameEnd + 1).strip().split(" ", -1));
    if (nameEnd < 0 || fields.size() < FIRST_FIELD + FIELDS) {
      throw new IllegalArgumentException("not a stat file: " + stat);
    }
    return fields.subList(FIRST_FIELD, FIRST_FIELD + FIELDS).stream()
        .mapToLong(Long::parseLong)
        .sum();
  }
}
