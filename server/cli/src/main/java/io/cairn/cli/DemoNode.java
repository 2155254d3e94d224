package io.cairn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, started as a user would. */
final class DemoNode {

  private static final Pattern CLIENT_ADDRESS = Pattern.compile("clients (\\S+:\\d+)");

  private final Process process;
  private final Path log;
  private final long beginNanos = System.nanoTime();
  private String address = "";
  private long startNanos;

  private DemoNode(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the process and returns at once; {@link #awaitServing} must follow.
   *
   * @param listen port 0 for any
   * @param log where what it logs is appended
   */
  static DemoNode launch(Path launcher, Path dataDirectory, String listen, Path log)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    launcher.toString(),
                    "start",
                    "--data-dir",
                    dataDirectory.toString(),
                    "--listen",
                    listen,
                    "--metrics-listen",
                    "off"))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new DemoNode(process, log);
  }

  /** Reads its first lines, which it prints when it serves. */
  void awaitServing() throws IOException {
    // Not closed: what else the node prints must find a reader's end that is open.
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null) {
      Matcher matcher = CLIENT_ADDRESS.matcher(line);
      if (matcher.find()) {
        address = matcher.group(1);
        startNanos = System.nanoTime() - beginNanos;
        return;
      }
      line = lines.readLine();
    }
    throw CliException.failed("The node did not start:\n" + Files.readString(log).strip());
  }

  String address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  /** From the start of the process until it served. */
  long startNanos() {
    return startNanos;
  }

  /** kill -9; returns when the process is gone. */
  void killMinusNine() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
