package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code bin/cairn}, with a Java that only tells how it was called. */
class LauncherTest {

  /** Leaves what the training run leaves, and ends as FAKE_TRAINING says. */
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -XX:ArchiveClassesAtExit=*)
            archive=${argument#*=}
            mkdir "$archive.data"
            case $FAKE_TRAINING in
              interrupted) kill -INT $PPID; exit 130 ;;
              failing) exit 1 ;;
              without-archive) exit 0 ;;
            esac
            echo archive >"$archive"
            exit 0
            ;;
        esac
      done
      echo "LC_ALL=${LC_ALL:-}"
      for argument; do case $argument in -XX:SharedArchiveFile=*) echo fast ;; esac; done
      """;

  @TempDir Path folder;
  private Path classData;

  @BeforeEach
  void install() throws IOException {
    classData = folder.resolve("cairn/lib/cds");
    Path launcher = Path.of("src/main/dist/bin/cairn");
    executable("cairn/bin/cairn", Files.readString(launcher));
    Files.createDirectories(folder.resolve("cairn/lib"));
    Files.createFile(folder.resolve("cairn/lib/cairn.jar"));
    executable("java/bin/java", JAVA);
    Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private void executable(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Result(int exitCode, String out) {}

  private Result run(Map<String, String> environment) throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("cairn/bin/cairn").toString(), "version")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("LANG|LC_.*"));
    builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), Files.readString(out));
  }

  private Result run(String training) throws Exception {
    return run(Map.of("FAKE_TRAINING", training));
  }

  @Test
  void aTrainingThatFailsIsTriedAgain() throws Exception {
    assertThat(run("failing").out()).isEqualTo("LC_ALL=C.UTF-8\n");
    assertThat(classData).isEmptyDirectory();

    assertThat(run("good").out()).isEqualTo("LC_ALL=C.UTF-8\nfast\n");
    assertThat(run("failing").out()).contains("fast");
    assertThat(classData).isDirectoryNotContaining("glob:**.data");
  }

  @Test
  void aJavaWithoutClassDataSharingIsTriedOnce() throws Exception {
    assertThat(run("without-archive").out()).doesNotContain("fast");
    assertThat(run("good").out()).doesNotContain("fast");
  }

  /** A shell cannot handle an interrupt that was ignored when it began, as in the background. */
  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
      }
    }
    return false;
  }

  @Test
  void anInterruptedTrainingLeavesNothing() throws Exception {
    assumeFalse(interruptsAreIgnored(), "the tests were started with interrupts ignored");
    Result interrupted = run("interrupted");

    assertThat(interrupted.exitCode()).isEqualTo(130);
    assertThat(interrupted.out()).isEmpty();
    assertThat(classData).isEmptyDirectory();
  }

  @Test
  void javaAlwaysRunsInAUtf8Locale() throws Exception {
    assertThat(run(Map.of("LC_ALL", "POSIX")).out()).startsWith("LC_ALL=C.UTF-8\n");
    assertThat(run(Map.of("LANG", "xx_YY.UTF-8")).out())
        .as("a locale that is not installed")
        .startsWith("LC_ALL=C.UTF-8\n");
    assertThat(run(Map.of("LANG", "C.UTF-8")).out()).startsWith("LC_ALL=\n");
  }
}
