package io.cairn.compare.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All processes that this one started. None outlives it, however it ends. */
public final class Children {
  private final List<Child> all = new ArrayList<>();
  private boolean closed;

  /**
   * Starts one, its errors in a file and its output there too.
   *
   * @param environment beyond what this process has
   */
  public Child server(String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = builder(command, log);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return add(name, builder, log);
  }

  /** Starts one that is spoken to, its errors in a file. */
  public ClientProcess client(String name, List<String> command, Path log) throws IOException {
    return new ClientProcess(add(name, builder(command, log), log));
  }

  private static ProcessBuilder builder(List<String> command, Path log) {
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private synchronized Child add(String name, ProcessBuilder builder, Path log) throws IOException {
    if (closed) {
      throw new IOException("stopping");
    }
    Child child = new Child(name, builder, log);
    all.add(child);
    return child;
  }

  /** Kills all there are. */
  public synchronized void killAll() {
    all.forEach(Child::kill);
    all.clear();
  }

  /** Kills all, and lets no other start. */
  public synchronized void close() {
    closed = true;
    killAll();
  }
}
