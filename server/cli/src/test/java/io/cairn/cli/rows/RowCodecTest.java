package io.cairn.cli.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowCodecTest {

  @Test
  void tsvLooksAsDocumented() throws Exception {
    assertThat(encode(RowFormat.TSV, "a\tb", "c\\d\n")).isEqualTo("a\\tb\tc\\\\d\\n\n");
    assertThat(encode(RowFormat.TSV, new byte[] {(byte) 0xff, 'a', 0}, bytes("é")))
        .isEqualTo("\\xffa\\x00\té\n");
  }

  @Test
  void jsonLooksAsDocumented() throws Exception {
    assertThat(encode(RowFormat.JSONL, "a", "b\""))
        .isEqualTo("{\"key\":\"a\",\"value\":\"b\\\"\"}\n");
    assertThat(encode(RowFormat.JSONL, new byte[] {(byte) 0xff}, bytes("")))
        .isEqualTo("{\"key_base64\":\"/w==\",\"value\":\"\"}\n");
  }

  @Test
  void linesAreKeysWithTheirNumber() throws Exception {
    Row row = RowFormat.LINES.newCodec().decode(bytes("a\\b\r"), 17);

    assertThat(row.key()).asString(StandardCharsets.UTF_8).isEqualTo("a\\b");
    assertThat(row.value()).asString(StandardCharsets.UTF_8).isEqualTo("17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TSV   | no-tab                            | no tab",
        "TSV   | a\tb\tc                           | more than one tab",
        "TSV   | a\\q\tb                           | backslash",
        "TSV   | a\tb\\                            | backslash",
        "TSV   | a\\x4\tb                          | two hex digits",
        "TSV   | a\\xg0\tb                         | two hex digits",
        "JSONL | {\"key\":\"a\"}                   | no \"value\"",
        "JSONL | {\"value\":\"a\"}                 | no \"key\"",
        "JSONL | {\"key\":\"a\",\"value\":1}       | not a string",
        "JSONL | {\"key\":\"a\",\"value\":null}    | not a string",
        "JSONL | {\"key\":\"a\",\"key_base64\":\"\",\"value\":\"\"} | two fields",
        "JSONL | {\"key_base64\":\"?\",\"value\":\"\"} | not base64",
        "JSONL | {\"key\":\"a\",\"value\":\"b\",\"ttl\":1} | unknown field \"ttl\"",
        "JSONL | {\"key\":\"a\",\"value\":\"b\"} {} | JSON",
        "JSONL | {\"key\":\"a\",\"value\":\"b\"    | does not end",
        "JSONL | {\"key\":\"\\ud800\",\"value\":\"b\"} | surrogate",
        "JSONL | {key:\"a\"}                       | not a JSON object",
        "JSONL | []                                | not a JSON object",
      })
  void badRowsSayWhy(RowFormat format, String line, String why) {
    assertThatThrownBy(() -> format.newCodec().decode(bytes(line), 1))
        .isInstanceOf(BadRowException.class)
        .hasMessageContaining(why);
  }

  @Test
  void windowsLineEndsAndAMissingLastLineFeedAreFine() throws Exception {
    LineReader reader = reader("a\tb\r\nc\td", 100);

    Row first = RowFormat.TSV.newCodec().decode(next(reader), 1);
    Row second = RowFormat.TSV.newCodec().decode(next(reader), 2);

    assertThat(first.value()).asString(StandardCharsets.UTF_8).isEqualTo("b");
    assertThat(second.value()).asString(StandardCharsets.UTF_8).isEqualTo("d");
    assertThat(reader.nextOrNull()).isNull();
  }

  @Test
  void aLineTooLongIsSkippedAndCounted() throws Exception {
    String longLine = "x".repeat(200_000);
    LineReader reader = reader("short\n" + longLine + "\nnext\n", 100_000);

    assertThat(next(reader)).hasSize(5);
    assertThatThrownBy(reader::nextOrNull)
        .isInstanceOf(BadRowException.class)
        .hasMessageContaining("100000");
    assertThat(reader.number()).isEqualTo(2);
    assertThat(next(reader)).asString(StandardCharsets.UTF_8).isEqualTo("next");
    assertThat(reader.number()).isEqualTo(3);
    assertThat(reader.nextOrNull()).isNull();
  }

  @Test
  void aLineOfTheLimitIsRead() throws Exception {
    LineReader reader = reader("x".repeat(100_000) + "\n", 100_000);

    assertThat(next(reader)).hasSize(100_000);
  }

  private static byte[] next(LineReader reader) throws Exception {
    byte[] line = reader.nextOrNull();
    assertThat(line).isNotNull();
    return line;
  }

  private static LineReader reader(String text, int maxLineBytes) {
    return new LineReader(new ByteArrayInputStream(bytes(text)), maxLineBytes);
  }

  private static String encode(RowFormat format, String key, String value) throws Exception {
    return encode(format, bytes(key), bytes(value));
  }

  private static String encode(RowFormat format, byte[] key, byte[] value) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.newCodec().encode(new Row(key, value), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
