package io.cairn.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs commands of the system. */
final class Shell {
  private Shell() {}

  /**
   * @return what the command printed
   * @throws IOException when its exit code is not 0
   */
  static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exitCode = process.onExit().join().exitValue();
    if (exitCode != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + exitCode + ": " + output);
    }
    return output;
  }
}
