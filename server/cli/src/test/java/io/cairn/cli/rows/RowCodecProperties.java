package io.cairn.cli.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RowCodecProperties {

  private static final int MAX_LINE_BYTES = 1 << 20;

  @Property(tries = 500)
  void tsvGivesBackWhatItWrote(@ForAll("rows") List<Row> rows) throws Exception {
    assertThat(thereAndBack(RowFormat.TSV, rows)).usingRecursiveComparison().isEqualTo(rows);
  }

  @Property(tries = 500)
  void jsonLinesGivesBackWhatItWrote(@ForAll("rows") List<Row> rows) throws Exception {
    assertThat(thereAndBack(RowFormat.JSONL, rows)).usingRecursiveComparison().isEqualTo(rows);
  }

  /** What is written can be shown on a terminal and sent as text. */
  @Property(tries = 500)
  void linesAreTextWithoutControlCharacters(
      @ForAll("rows") List<Row> rows, @ForAll boolean tsvOrJson) throws Exception {
    byte[] file = encode(tsvOrJson ? RowFormat.TSV : RowFormat.JSONL, rows);

    assertThat(Text.decodeOrNull(file)).isNotNull();
    for (byte b : file) {
      assertThat(b >= 0 && b < ' ' && b != '\n' && b != '\t').isFalse();
    }
  }

  /** Any bytes at all are rows or bad rows, never another failure. */
  @Property(tries = 1000)
  void anyLineIsARowOrABadRow(@ForAll("lines") byte[] line, @ForAll RowFormat format) {
    Row row = null;
    String complaint = null;
    try {
      row = format.newCodec().decode(line, 1);
    } catch (BadRowException e) {
      complaint = e.getMessage();
    }
    assertThat(row == null).isEqualTo(complaint != null);
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    return Combinators.combine(bytes(), bytes()).as(Row::new).list().ofMaxSize(8);
  }

  /** Text, controls and escapes, and bytes that are no text. */
  private static Arbitrary<byte[]> bytes() {
    Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    Arbitrary<byte[]> text =
        Arbitraries.strings()
            .ofMaxLength(20)
            .filter(s -> Text.encodeOrNull(s) != null)
            .map(s -> s.getBytes(StandardCharsets.UTF_8));
    Arbitrary<byte[]> tricky =
        Arbitraries.of(
                "\t", "\n", "\r", "\\", "x", "\0", "\u007f", "\"", "\u2028", "\uFEFF", "é", "😀")
            .list()
            .ofMaxSize(8)
            .map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8));
    return Arbitraries.oneOf(any, text, tricky);
  }

  @Provide
  Arbitrary<byte[]> lines() {
    Arbitrary<byte[]> pieces =
        Arbitraries.of(
                "{", "}", "\"key\"", "\"value\"", ":", ",", "\"", "\\", "x", "4", "\t", "[", "1")
            .list()
            .ofMaxSize(12)
            .map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8));
    return Arbitraries.oneOf(bytes(), pieces);
  }

  private static List<Row> thereAndBack(RowFormat format, List<Row> rows)
      throws IOException, BadRowException {
    LineReader reader =
        new LineReader(new ByteArrayInputStream(encode(format, rows)), MAX_LINE_BYTES);
    RowCodec codec = format.newCodec();
    List<Row> back = new ArrayList<>();
    byte[] line = reader.nextOrNull();
    while (line != null) {
      back.add(codec.decode(line, reader.number()));
      line = reader.nextOrNull();
    }
    assertThat(reader.number()).isEqualTo(rows.size());
    return back;
  }

  private static byte[] encode(RowFormat format, List<Row> rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowCodec codec = format.newCodec();
    for (Row row : rows) {
      codec.encode(row, out);
    }
    return out.toByteArray();
  }
}
