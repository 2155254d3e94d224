package io.cairn.replication.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/** A seed that changes with each commit, so that every build looks where none has looked before. */
final class CommitSeed {

  private CommitSeed() {}

  /** From the hash of the commit; 0 where there is no git or no repository. */
  static long get() throws IOException {
    Process process;
    try {
      process = new ProcessBuilder("git", "rev-parse", "HEAD").redirectErrorStream(true).start();
    } catch (IOException noGit) {
      return 0;
    }
    String hash = new String(process.getInputStream().readAllBytes(), UTF_8).trim();
    return hash.matches("[0-9a-f]{40,64}") ? Long.parseLong(hash.substring(0, 12), 16) : 0;
  }
}
