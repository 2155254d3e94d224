package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cli.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code cairn bench} refuses before it asks a node. */
class BenchOptionsTest {

  @TempDir Path folder;

  private static Result bench(String... args) {
    String[] common = {"bench", "--endpoints", "127.0.0.1:1", "--timeout", "200ms"};
    return new TestShell()
        .run(Stream.concat(Arrays.stream(common), Arrays.stream(args)).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mix get=95,put=4|adds up to 99, not to 100",
        "--mix reed=100|has 'reed'; there are get, put, delete and scan",
        "--mix get@weak=100|the level 'weak'",
        "--rate 0|--rate must be between 1 and 10000000, not 0.",
        "--rate -5|--rate must be between 1 and 10000000, not -5.",
        "--rate many|'many' is not a long",
        "--in-flight 0|--in-flight must be between 1 and 5000, not 0.",
        "--in-flight 5001|--in-flight must be between 1 and 5000, not 5001.",
        "--connections 0|--connections must be between 1 and 64, not 0.",
        "--duration 0s|'0s' is not between 1ms and 24h",
        "--duration 999ms|--duration must be 1s or more.",
        "--duration 25h|'25h' is not between 1ms and 24h",
        "--warm-up soon|'soon' is not a duration",
        "--key-count 0|--key-count must be between 1 and 1000000000, not 0.",
        "--keys gaussian|expected one of",
        "--key-size 13|--key-size 13 is too small: the prefix and the numbers of 100,000 keys take 17 bytes.",
        "--key-size 20-30|--key-size is one size",
        "--key-size big|'big' is not a size",
        "--value-size 9-8|begins above its end",
        "--value-size -1|'-1' is not a size",
        "--value-size 1MiB --in-flight 5000|operations in flight could hold",
        "--scan-length 0|--scan-length must be between 1 and 10000, not 0.",
        "--prefix=|--prefix is empty",
        "--format xml|expected one of",
        "--svg no/such/folder/x.svg|--svg no/such/folder/x.svg cannot be written.",
      })
  void wrongArgumentsAreUsageErrorsAndASentence(String args, String complaint) {
    Result result = bench(args.split(" ", -1));

    assertThat(result.err()).contains(complaint).doesNotContain("\tat ");
    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aFolderIsNoPicture() {
    Result result = bench("--svg", folder.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("is a folder, not a file.");
  }

  @Test
  void aNodeThatIsNotThereIsASentenceAndAnOldPictureStays() throws IOException {
    Path picture = Files.writeString(folder.resolve("old.svg"), "old");

    Result result = bench("--warm-up", "0s", "--svg", picture.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("127.0.0.1:1").contains("cairn start");
    assertThat(picture).hasContent("old");
  }
}
