package io.cairn.benchmarks.ycsb;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One run of YCSB: the records are written, or a workload works on them. */
public enum Phase {
  LOAD("a"),
  /** Deletes the records first, so that those which D has added do not slow down the scans of E. */
  RELOAD("e"),
  A("a"),
  B("b"),
  C("c"),
  D("d"),
  E("e"),
  F("f");

  /** The order that YCSB advises: D and E add records, so they come last, E on fresh ones. */
  private static final List<Phase> ALL = List.of(LOAD, A, B, C, F, D, RELOAD, E);

  private final String workload;

  Phase(String workload) {
    this.workload = workload;
  }

  /** The phases that a word of the command line stands for; none when it is unknown. */
  public static List<Phase> parse(String word) {
    return word.equals("all")
        ? ALL
        : Arrays.stream(values()).filter(phase -> phase.label().equals(word)).toList();
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it writes the records that the others need. */
  public boolean loads() {
    return this == LOAD || this == RELOAD;
  }

  String propertiesFile() {
    return "workload-" + workload + ".properties";
  }
}
