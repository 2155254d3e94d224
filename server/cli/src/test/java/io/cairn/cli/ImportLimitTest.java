package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cli.rows.Row;
import io.cairn.cli.rows.RowFormat;
import io.cairn.node.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportLimitTest {

  /** Control characters are text, and escaped one by one; bytes above 0x7f alone are none. */
  @ParameterizedTest
  @CsvSource({"TSV, 1", "TSV, -1", "JSONL, 1", "JSONL, -1"})
  void importReadsTheLongestLineThatExportWrites(RowFormat format, byte b) throws IOException {
    int scale = 1024; // of the largest key and value, for a test that is quick
    Row row =
        new Row(
            filled(Settings.MAX_KEY.max() / scale, b), filled(Settings.MAX_VALUE.max() / scale, b));
    ByteArrayOutputStream line = new ByteArrayOutputStream();

    format.newCodec().encode(row, line);

    assertThat((long) line.size() * scale).isLessThan(ImportCommand.MAX_LINE_BYTES + 100L * scale);
  }

  private static byte[] filled(long length, byte b) {
    byte[] bytes = new byte[Math.toIntExact(length)];
    Arrays.fill(bytes, b);
    return bytes;
  }
}
