package io.cairn.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What surrounds a command: its streams, which of them are terminals, and the environment. Data
 * goes to {@link #out}, everything else that a person reads to {@link #err}.
 *
 * @param out buffered; whoever runs the command flushes it
 * @param terminals the numbers of the standard streams that are terminals, for example "012"; the
 *     launcher finds out
 */
record Shell(
    InputStream in,
    DataOut out,
    PrintStream err,
    String terminals,
    Map<String, String> environment) {

  private static final int BUFFER_BYTES = 64 * 1024;

  static Shell ofProcess() {
    return new Shell(
        // Its own readNBytes seeks, which a pipe cannot.
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        new DataOut(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getProperty("cairn.terminals", ""),
        System.getenv());
  }

  boolean inputIsTerminal() {
    return terminals.contains("0");
  }

  boolean outputIsTerminal() {
    return terminals.contains("1");
  }

  boolean errorsAreTerminal() {
    return terminals.contains("2");
  }

  /** Colours only for people, and only for those who did not refuse them (no-color.org). */
  boolean wantsColor() {
    return outputIsTerminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Set by CAIRN_DEBUG: stack traces for people who asked for them. */
  boolean wantsStackTraces() {
    return !environment.getOrDefault("CAIRN_DEBUG", "").isEmpty();
  }
}
