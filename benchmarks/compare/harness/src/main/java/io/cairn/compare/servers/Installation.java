package io.cairn.compare.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the programs are.
 *
 * @param home the folder of this build
 * @param cairn the folder of Cairn's distribution
 * @param temporary a folder where libraries may unpack things, for a process that is killed leaves
 *     them behind
 */
public record Installation(Path home, Path cairn, Path temporary) {

  /**
   * What Cairn's launcher sets for a node. Every other Java process gets the same: RheaKV, which
   * has no launcher of its own, and all clients.
   */
  private static final List<String> JVM_FLAGS = List.of("-Xms64m", "-Xmx1g", "-XX:+UseParallelGC");

  /**
   * The command that runs a class of a module with that module's libraries.
   *
   * @param arguments of its main method
   */
  public List<String> java(String module, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(home.resolve(module).resolve("target/classes") + ":" + libraries(module));
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  private String libraries(String module) throws IOException {
    return Files.readString(home.resolve(module).resolve("target/classpath")).strip();
  }

  /** The version of a library that a module runs with. */
  String libraryVersion(String module, String artifact) throws IOException {
    Matcher jar =
        Pattern.compile("/" + Pattern.quote(artifact) + "-([^/:]+)\\.jar")
            .matcher(libraries(module));
    return jar.find() ? jar.group(1) : "?";
  }

  /** The first line that a program prints. */
  static String firstLine(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return output(process).lines().findFirst().orElse("?");
  }

  /**
   * Runs a program to its end.
   *
   * @throws IOException with what it printed, when it fails
   */
  static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = output(process);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + text.strip());
    }
  }

  private static String output(Process process) throws IOException {
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
