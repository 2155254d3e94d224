package io.cairn.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process of this class path with the JVM flags of a node. Its main prints the port where it
 * is to be called, and ends when its input does.
 */
final class ChildProcess implements AutoCloseable {
  private static final long END_SECONDS = 60;

  private final Process process;
  private final int port;

  private ChildProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Returns when it has told its port. */
  static ChildProcess start(Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmFlags.read());
    command.add("-Xmx1g");
    command.add("-XX:+UseParallelGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String line = output.readLine();
    if (line == null) {
      throw new IOException("a process of " + main.getName() + " ended at once");
    }
    return new ChildProcess(process, Integer.parseInt(line));
  }

  /** What {@code main} does once it serves. */
  static void serve(int port) throws IOException {
    System.out.println(port);
    while (System.in.read() >= 0) {}
  }

  int port() {
    return port;
  }

  /** Its input ends; {@link #close} waits for it. */
  void end() {
    try (OutputStream input = process.getOutputStream()) {
      input.flush();
    } catch (IOException gone) {
      // it has ended already
    }
  }

  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
