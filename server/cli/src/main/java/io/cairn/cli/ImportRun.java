package io.cairn.cli;

import io.cairn.cli.rows.BadRowException;
import io.cairn.cli.rows.LineReader;
import io.cairn.cli.rows.Row;
import io.cairn.cli.rows.RowCodec;
import io.cairn.client.CairnException;
import io.cairn.client.InvalidRequestException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the lines of a file, a put for each good row. It ends early at the first put that
 * failed for a reason other than the row itself; the client has tried again for as long as it may.
 */
final class ImportRun {

  /**
   * What came of it.
   *
   * @param rows confirmed
   * @param bytes of their keys and values
   * @param failure why it ended early, a sentence, or null
   */
  record Summary(long rows, long bytes, long badRows, @Nullable String failure) {}

  private final LineReader lines;
  private final RowCodec codec;
  private final PutPipeline pipeline;
  private final BadRows badRows;
  private volatile @Nullable String failure;

  ImportRun(
      LineReader lines,
      RowCodec codec,
      BiFunction<byte[], byte[], CompletableFuture<Long>> put,
      int maxRows,
      long maxBytes,
      BadRows badRows) {
    this.lines = lines;
    this.codec = codec;
    this.pipeline = new PutPipeline(put, maxRows, maxBytes, this::onFailure);
    this.badRows = badRows;
  }

  /**
   * Runs to the end of the lines.
   *
   * @param onProgress told now and then how many bytes have been read
   */
  Summary run(LongConsumer onProgress) throws IOException, InterruptedException {
    boolean more = true;
    while (more && failure == null) {
      try {
        byte[] line = lines.nextOrNull();
        more = line != null;
        if (line != null && !isBlank(line)) {
          pipeline.put(checked(codec.decode(line, lines.number())), lines.number());
        }
      } catch (BadRowException e) {
        badRows.add(lines.number(), e.getMessage() + ".");
      }
      onProgress.accept(lines.bytesRead());
    }
    pipeline.awaitAnswers();
    return new Summary(
        pipeline.confirmedRows(), pipeline.confirmedBytes(), badRows.count(), failure);
  }

  /** Empty, also where lines end with CR LF. */
  private static boolean isBlank(byte[] line) {
    return line.length == 0 || (line.length == 1 && line[0] == '\r');
  }

  private static Row checked(Row row) throws BadRowException {
    if (row.key().length == 0) {
      throw new BadRowException("the key is empty");
    }
    return row;
  }

  private void onFailure(long lineNumber, Throwable thrown) {
    if (thrown instanceof InvalidRequestException invalid) {
      badRows.add(lineNumber, String.valueOf(invalid.getMessage()));
    } else if (failure == null) {
      String why =
          thrown instanceof CairnException cairn
              ? ClientCommand.explain(cairn)
              : "unexpected " + thrown;
      failure =
          "The import ended early, at line " + lineNumber + ": " + why + " Run it again to go on.";
    }
  }

  long confirmedRows() {
    return pipeline.confirmedRows();
  }
}
