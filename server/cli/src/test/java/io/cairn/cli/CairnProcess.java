package io.cairn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged {@code bin/cairn}, run as a process. */
final class CairnProcess implements AutoCloseable {

  static final Path LAUNCHER = Path.of("target", "cairn", "bin", "cairn").toAbsolutePath();

  private static final List<String> LAUNCHED = List.of(LAUNCHER.toString());
  private static final List<String> JAR =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-jar",
          Path.of("target", "cairn", "lib", "cairn.jar").toAbsolutePath().toString());

  private static final Pattern ADDRESS = Pattern.compile("clients (\\S+:\\d+)");
  private static final int LIMIT_SECONDS = 120;

  private final Process process;
  private final BufferedReader lines;
  private final String address;
  private final List<String> firstLines;

  private CairnProcess(
      Process process, BufferedReader lines, String address, List<String> firstLines) {
    this.process = process;
    this.lines = lines;
    this.address = address;
    this.firstLines = firstLines;
  }

  /** What a command left behind. */
  record Result(int exitCode, String out, String err) {}

  /** Runs a command to its end. */
  static Result run(Path folder, byte[] input, String... args)
      throws IOException, InterruptedException {
    return run(folder, input, LAUNCHED, args);
  }

  private static Result run(Path folder, byte[] input, List<String> cairn, String... args)
      throws IOException, InterruptedException {
    Path in = Files.write(Files.createTempFile(folder, "in", ""), input);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        new ProcessBuilder(command(cairn, args))
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("cairn did not end: " + String.join(" ", args));
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Runs a command by the main jar alone. */
  static Result runJar(Path folder, String... args) throws IOException, InterruptedException {
    return run(folder, new byte[0], JAR, args);
  }

  /** Starts a node on a free port and returns when it serves. */
  static CairnProcess startNode(Path folder, Path dataDirectory) throws IOException {
    return startNode(folder, dataDirectory, LAUNCHED);
  }

  /** Starts a node by the main jar alone. */
  static CairnProcess startNodeByJar(Path folder, Path dataDirectory) throws IOException {
    return startNode(folder, dataDirectory, JAR);
  }

  /** Starts a node that has a temporary folder of its own. */
  static CairnProcess startNodeWithTemporaryFolder(Path folder, Path dataDirectory, Path temporary)
      throws IOException {
    return startNode(
        folder,
        dataDirectory,
        List.of("env", "CAIRN_JAVA_OPTS=-Djava.io.tmpdir=" + temporary, LAUNCHER.toString()));
  }

  /** Starts a node that writes which classes it loads to a file. */
  static CairnProcess startNodeTellingClasses(Path folder, Path dataDirectory, Path classes)
      throws IOException {
    return startNode(
        folder,
        dataDirectory,
        List.of(
            "env",
            "CAIRN_JAVA_OPTS=-Xlog:class+load:file=" + classes + ":none",
            LAUNCHER.toString()));
  }

  private static CairnProcess startNode(Path folder, Path dataDirectory, List<String> cairn)
      throws IOException {
    Process process =
        new ProcessBuilder(
                command(
                    cairn,
                    "start",
                    "--data-dir",
                    dataDirectory.toString(),
                    "--listen",
                    "127.0.0.1:0",
                    "--metrics-listen",
                    "off"))
            .directory(folder.toFile())
            .redirectError(folder.resolve("node.err").toFile())
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    List<String> first = new ArrayList<>();
    String address = null;
    while (first.size() < 6) {
      String line = lines.readLine();
      if (line == null) {
        throw new IllegalStateException(Files.readString(folder.resolve("node.err")));
      }
      first.add(line);
      Matcher matcher = ADDRESS.matcher(line);
      if (matcher.find()) {
        address = matcher.group(1);
      }
    }
    if (address == null) {
      process.destroyForcibly();
      throw new IllegalStateException("no address in " + first);
    }
    return new CairnProcess(process, lines, address, first);
  }

  private static List<String> command(List<String> cairn, String... args) {
    List<String> command = new ArrayList<>(cairn);
    command.addAll(List.of(args));
    return command;
  }

  String address() {
    return address;
  }

  List<String> firstLines() {
    return firstLines;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the node did not stop");
    }
    return process.exitValue();
  }

  /** kill -9; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() throws IOException {
    kill();
    lines.close();
  }
}
