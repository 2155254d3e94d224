package io.cairn.compare.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {
  private final Children children = new Children();

  @TempDir Path directory;

  private Child shell(String script) throws IOException {
    return children.server(
        "a shell", List.of("sh", "-c", script), Map.of(), directory.resolve("log"));
  }

  @Test
  void noneOutlivesThem() throws Exception {
    Child child = shell("sleep 600 & wait");
    long pid = child.pid();

    children.close();

    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(child.process().isAlive()).isFalse();
    assertThatIOException().isThrownBy(() -> shell("true"));
  }

  @Test
  void whatEndedTellsItsLastWords() throws Exception {
    Child child = shell("echo no space left; exit 3");
    child.process().waitFor();

    assertThatIOException()
        .isThrownBy(child::requireAlive)
        .withMessage("a shell ended with 3; its log ends with:\nno space left");
  }

  @Test
  void killedOneStartsAgain() throws Exception {
    Child child = shell("exec sleep 600");
    long before = child.pid();
    child.kill();

    child.restart();

    assertThat(child.pid()).isNotEqualTo(before);
    child.requireAlive();
    children.close();
  }
}
