package io.cairn.compare.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process of ours. */
public final class Child {
  private static final int TAIL_LINES = 20;

  private final String name;
  private final ProcessBuilder builder;
  private final Path log;
  private Process process;

  Child(String name, ProcessBuilder builder, Path log) throws IOException {
    this.name = name;
    this.builder = builder;
    this.log = log;
    this.process = builder.start();
  }

  public long pid() {
    return process.pid();
  }

  Process process() {
    return process;
  }

  /** Starts it again as before; it has ended. */
  public void restart() throws IOException {
    process = builder.start();
  }

  /** As {@code kill -9} does, with whatever it started; returns when it is gone. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  /**
   * What it said last.
   *
   * @param happened what went wrong
   */
  public IOException failure(String happened) {
    String tail;
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      tail = String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException unreadable) {
      tail = "(" + unreadable + ")";
    }
    return new IOException(name + " " + happened + "; its log ends with:\n" + tail);
  }

  /**
   * Checks that it runs.
   *
   * @throws IOException when it has ended by itself
   */
  public void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw failure("ended with " + process.exitValue());
    }
  }
}
