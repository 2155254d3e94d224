package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command does when nothing takes its data. */
class DataOutTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Buffers of one byte break in the middle of the command, large ones at its end. */
  private String run(String reason, int bufferBytes, String... args) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };
    Shell shell =
        new Shell(
            InputStream.nullInputStream(),
            new DataOut(new BufferedOutputStream(broken, bufferBytes)),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "",
            Map.of());
    assertThat(Main.run(shell, args)).isEqualTo(ExitCode.FAILED);
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"version", "--version", "--help", "help start", "put --help", "completion"})
  void aReaderThatIsGoneIsNoFailureToTalkAbout(String commandLine) {
    String[] args = commandLine.split(" ", -1);

    assertThat(run("Broken pipe", 1, args)).isEmpty();
    assertThat(run("Broken pipe", 1 << 20, args)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--help", "config show"})
  void aFullDiskIsToldOnce(String commandLine) {
    String sentence = "cairn: cannot write to stdout: No space left on device.";

    assertThat(run("No space left on device", 1, commandLine.split(" ", -1)).lines())
        .containsExactly(sentence);
    err.reset();
    assertThat(run("No space left on device", 1 << 20, commandLine.split(" ", -1)).lines())
        .containsExactly(sentence);
  }
}
