package io.cairn.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs command lines in this process and keeps what they print. */
final class TestShell {

  private final Map<String, String> environment;
  private InputStream input = InputStream.nullInputStream();
  private String terminals = "";

  TestShell(Map<String, String> environment) {
    this.environment = environment;
  }

  TestShell() {
    this(Map.of());
  }

  /** What a command left behind. */
  record Result(int exitCode, byte[] outBytes, String err) {
    String out() {
      return new String(outBytes, StandardCharsets.UTF_8);
    }
  }

  TestShell withInput(InputStream stream) {
    input = stream;
    return this;
  }

  TestShell withInput(byte[] bytes) {
    return withInput(new ByteArrayInputStream(bytes));
  }

  TestShell withInput(String text) {
    return withInput(text.getBytes(StandardCharsets.UTF_8));
  }

  TestShell withTerminals(String numbers) {
    terminals = numbers;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            input,
            new DataOut(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminals,
            environment);
    int exitCode = Main.run(shell, args);
    return new Result(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }
}
