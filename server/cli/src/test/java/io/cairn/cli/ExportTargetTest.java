package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cairn export} does to what is there under the name it is given. */
class ExportTargetTest {

  private static final String ROWS = "a\t1\nb\t2\n";

  @TempDir static Path nodeDirectory;
  private static CairnNode node;

  @TempDir Path folder;

  @BeforeAll
  static void startNode() {
    node = TestNode.start(nodeDirectory.resolve("data"));
    TestNode.shell(node).run("put", "a", "1");
    TestNode.shell(node).run("put", "b", "2");
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  private static Result export(Path target) {
    return TestNode.shell(node).run("export", "--format", "tsv", target.toString());
  }

  @Test
  void aFileIsReplacedAndNothingElseStays() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.tsv"), "old");

    assertThat(export(file).exitCode()).isZero();

    assertThat(file).hasContent(ROWS.strip());
    assertThat(folder).isDirectoryNotContaining("glob:**.part-*");
  }

  @Test
  void aPipeIsWrittenTo() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(makePipe(pipe), "skipped: there is no mkfifo");
    CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> contentOf(pipe));

    assertThat(export(pipe).exitCode()).isZero();

    assertThat(Files.isRegularFile(pipe)).as("replaced by a file").isFalse();
    assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(ROWS);
  }

  @Test
  void aLinkStaysOneToTheNewContent() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.tsv"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());

    assertThat(export(link).exitCode()).isZero();

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent(ROWS.strip());
  }

  @Test
  void aLinkToNothingAndAFolderAreRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing"));

    assertThat(export(link).err()).contains("a link to a file that does not exist");
    assertThat(link).isSymbolicLink();
    assertThat(export(folder).err()).contains("is a folder");
  }

  private static boolean makePipe(Path pipe) throws InterruptedException {
    try {
      return new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private static String contentOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
