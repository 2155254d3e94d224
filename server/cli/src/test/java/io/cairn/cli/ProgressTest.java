package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  private Progress progress(String terminals) {
    Shell shell =
        new Shell(
            InputStream.nullInputStream(),
            new DataOut(new ByteArrayOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminals,
            Map.of());
    return new Progress(shell, "import", () -> nanos);
  }

  private String shown() {
    String text = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return text;
  }

  @Test
  void tellsHowFarItIsTenTimesASecond() {
    Progress progress = progress("2");

    progress.update(1, 10, 100);
    assertThat(shown()).isEmpty();
    nanos = Duration.ofSeconds(2).toNanos();
    progress.update(1000, 25, 100);
    assertThat(shown())
        .contains("import [######....")
        .contains(" 25%  1,000 rows  500/s  6.0 s left");
    nanos += Duration.ofMillis(99).toNanos();
    progress.update(1001, 26, 100);
    assertThat(shown()).isEmpty();
    nanos += Duration.ofMillis(1).toNanos();
    progress.update(2100, 27, 0);
    assertThat(shown()).contains("import  2,100 rows  1,000/s");
  }

  @Test
  void isForTerminals() {
    Progress progress = progress("01");

    nanos = Duration.ofSeconds(1).toNanos();
    progress.update(1, 1, 2);
    progress.close();

    assertThat(shown()).isEmpty();
  }
}
