package io.cairn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the README's Java sample as it stands there and runs it as a user would: against the
 * jars of the distribution, with no JVM flags.
 */
class ReadmeSampleIT {
  /** How the store is used by those who asked for it; it must stay as it is. */
  private static final String USAGE =
      """
      DistributedKVStore store = new DistributedKVStore();
      store.put("key1", "value1", ConsistencyLevel.STRONG);
      String value = store.get("key1");
      store.delete("key1", ConsistencyLevel.EVENTUAL);
      """;

  private static final Path LIBRARIES = Path.of("target", "cairn", "lib").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void theSampleCompilesAndRuns() throws Exception {
    List<String> samples = Markdown.read("README.md").blocks("java");
    assertThat(samples).hasSize(1);
    assertThat(samples.get(0)).contains(USAGE);
    compile(asProgram(samples.get(0)));

    String expected = "value1 false [greeting]\n";
    assertThat(run()).isEqualTo(expected);
    assertThat(run()).as("again, on the same data").isEqualTo(expected);
  }

  private static String asProgram(String sample) {
    Map<Boolean, String> parts =
        sample
            .lines()
            .collect(
                Collectors.partitioningBy(
                    line -> line.startsWith("import "), Collectors.joining("\n")));
    return parts.get(true)
        + "\npublic class Sample { public static void main(String[] args) throws Exception {\n"
        + parts.get(false)
        + "\n}}\n";
  }

  private void compile(String program) throws IOException {
    Path source = Files.writeString(directory.resolve("Sample.java"), program);
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "needs a JDK");
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int exitCode =
        compiler.run(
            null,
            messages,
            messages,
            "-cp",
            jars(),
            "-d",
            directory.toString(),
            "-Xlint:all,-path,-processing",
            "-proc:none",
            "-Werror",
            source.toString());
    assertThat(exitCode)
        .as(() -> program + "\n" + messages.toString(StandardCharsets.UTF_8))
        .isZero();
  }

  private static String jars() throws IOException {
    try (Stream<Path> jars = Files.list(LIBRARIES)) {
      return jars.map(Path::toString)
          .filter(name -> name.endsWith(".jar"))
          .sorted()
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private String run() throws IOException {
    Path errors = directory.resolve("stderr");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            directory + File.pathSeparator + jars(),
            "Sample");
    java.environment().put("CAIRN_DATA_DIR", directory.resolve("data").toString());
    Process process = java.redirectError(errors.toFile()).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.onExit().join().exitValue()).as(() -> read(errors)).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
