package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles each Java block of docs/java-client.md as it stands there, and runs the first. */
class DocExamplesTest {

  private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void everyExampleCompilesAndTheFirstRuns() throws Exception {
    String page = Files.readString(Path.of("../../docs/java-client.md"));
    List<String> blocks = BLOCK.matcher(page).results().map(MatchResult::group).toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
    List<Path> sources = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Path source = directory.resolve("Example" + i + ".java");
      sources.add(Files.writeString(source, program("Example" + i, blocks.get(i))));
    }

    assertThat(compile(sources)).isEmpty();

    System.setProperty("cairn.data.dir", directory.resolve("data").toString());
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      loader.loadClass("Example0").getMethod("run").invoke(null);
    } finally {
      System.clearProperty("cairn.data.dir");
    }
  }

  /** The block in a method, behind its own imports. */
  private static String program(String name, String block) {
    List<String> lines = block.lines().filter(line -> !line.startsWith("```")).toList();
    String imports =
        lines.stream().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        lines.stream()
            .filter(line -> !line.startsWith("import "))
            .collect(Collectors.joining("\n"));
    return imports
        + "\npublic class "
        + name
        + " {\n  public static void run() throws Exception {\n"
        + body
        + "\n  }\n}\n";
  }

  /** What the compiler has to say, warnings included. */
  private String compile(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-Xlint:all,-path", "-d", directory.toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      return compiled ? said.toString() : "not compiled: " + said;
    }
  }
}
