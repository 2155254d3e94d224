package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/** Where the native library comes from, and what loading it leaves behind. */
class NativeLibraryTest {
  @TempDir Path directory;

  @Test
  void fromTheJarItLeavesNothingInTheTemporaryFolder() throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(
            Loader.class, List.of("-Djava.io.tmpdir=" + directory), List.of(directory.toString()));

    assertThat(result.lastLine()).isEqualTo("[]");
    assertThat(result.exitCode()).isEqualTo(Loader.HALTED);
  }

  @Test
  void fromTheLibraryPathItNeedsNoTemporaryFolder() throws Exception {
    String name = Environment.getJniLibraryFileName("rocksdb");
    try (InputStream library = RocksDB.class.getResourceAsStream("/" + name)) {
      assertThat(library).isNotNull();
      Files.copy(library, directory.resolve(name));
    }
    Path missing = directory.resolve("missing");

    ChildJvm.Result result =
        ChildJvm.run(
            Loader.class,
            List.of("-Djava.io.tmpdir=" + missing, "-Djava.library.path=" + directory),
            List.of(directory.toString()));

    assertThat(result.lastLine()).isEqualTo("[" + directory.resolve(name) + "]");
    assertThat(result.exitCode()).isEqualTo(Loader.HALTED);
  }

  @Test
  void withoutEitherItSaysWhatToDo() throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(
            Loader.class,
            List.of("-Djava.io.tmpdir=" + directory.resolve("missing")),
            List.of(directory.toString()));

    assertThat(result.output())
        .contains("RocksDB's native library cannot be loaded")
        .contains("put it on java.library.path, or set java.io.tmpdir to a folder");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  /** Loads, opens something native, tells what lies in a folder and halts. */
  static final class Loader {
    static final int HALTED = 7;

    private Loader() {}

    public static void main(String[] arguments) throws IOException {
      try (StoreResources resources = StoreResources.open(StoreOptions.defaults());
          DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(arguments[0]), "[!h]*")) {
        List<Path> found = new java.util.ArrayList<>();
        files.forEach(found::add);
        System.out.println(found);
        System.out.flush();
        assertThat(resources).isNotNull();
        Runtime.getRuntime().halt(HALTED);
      }
    }
  }
}
