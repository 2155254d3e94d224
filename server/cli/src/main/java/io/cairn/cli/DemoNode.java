package io.cairn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, started as a user would. */
final class DemoNode implements AutoCloseable {

  private static final Pattern CLIENT_ADDRESS = Pattern.compile("clients (\\S+:\\d+)");

  private final Process process;
  private final String address;
  private final long startNanos;

  private DemoNode(Process process, String address, long startNanos) {
    this.process = process;
    this.address = address;
    this.startNanos = startNanos;
  }

  /**
   * Starts a node and returns when it serves.
   *
   * @param listen port 0 for any
   * @param log where what it logs is appended
   */
  static DemoNode start(Path launcher, Path dataDirectory, String listen, Path log)
      throws IOException {
    long begin = System.nanoTime();
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
    try {
      return new DemoNode(process, readAddress(process, log), System.nanoTime() - begin);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** From the first lines, which the node prints when it serves. */
  private static String readAddress(Process process, Path log) throws IOException {
    // Not closed: what else the node prints must find a reader's end that is open.
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null) {
      Matcher matcher = CLIENT_ADDRESS.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
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

  /** SIGTERM; returns its exit code when the process has ended. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() {
    killMinusNine();
  }
}
