package io.cairn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, started as a user would. */
final class DemoNode {

  private static final Pattern CLIENT_ADDRESS = Pattern.compile("clients (\\S+:\\d+)");

  private final int nodeId;
  private final Process process;
  private final Path log;
  private String address = "";

  private DemoNode(int nodeId, Process process, Path log) {
    this.nodeId = nodeId;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the process and returns at once; {@link #awaitAddress} must follow.
   *
   * @param log where what it logs is appended
   */
  static DemoNode launch(Path launcher, int nodeId, Map<String, String> settings, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "start"));
    settings.forEach(
        (name, value) -> {
          command.add("--" + name);
          command.add(value);
        });
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    // Three on one machine: little memory, and the compiler that is quick to begin.
    environment.putIfAbsent("CAIRN_HEAP", "256m");
    environment.merge(
        "CAIRN_JAVA_OPTS", "-XX:TieredStopAtLevel=1", (users, own) -> own + " " + users);
    builder
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new DemoNode(nodeId, builder.start(), log);
  }

  /** Reads its first lines, which it prints when it can be called. */
  void awaitAddress() throws IOException {
    // Not closed: what else the node prints must find a reader's end that is open.
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null) {
      Matcher matcher = CLIENT_ADDRESS.matcher(line);
      if (matcher.find()) {
        address = matcher.group(1);
        return;
      }
      line = lines.readLine();
    }
    throw CliException.failed(
        "Node " + nodeId + " did not start:\n" + Files.readString(log).strip());
  }

  int nodeId() {
    return nodeId;
  }

  /** Where clients call it. */
  String address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  /** kill -9; returns when the process is gone. */
  void killMinusNine() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
