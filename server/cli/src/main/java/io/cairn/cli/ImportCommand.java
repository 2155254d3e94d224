package io.cairn.cli;

import io.cairn.cli.rows.LineReader;
import io.cairn.cli.rows.RowFormat;
import io.cairn.client.CairnClient;
import io.cairn.node.config.Settings;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn import}. */
@Command(
    name = "import",
    description = {
      "Write the rows of a file: TSV, JSON Lines, or plain lines as keys.",
      "A bad row is reported with its line number and left out; the others are written, and the exit"
          + " code is 1. When an import breaks off, run it again: writing a row twice changes nothing.",
      "",
      "tsv    key, tab, value; \\t \\n \\r \\\\ stand for tab, line feed, carriage return, backslash, \\xNN"
          + " for any byte",
      "jsonl  {\"key\": \"...\", \"value\": \"...\"}, or key_base64 and value_base64 for bytes that are not text",
      "lines  each line is a key, as it stands; its value is the line's number"
    },
    footer = {
      "  cairn import rows.tsv",
      "  cairn import rows.jsonl",
      "  cairn import --format lines /usr/share/dict/words",
      "  zcat rows.tsv.gz | cairn import --format tsv -",
      "  cairn export | cairn import --endpoints other:7400 --format tsv -       copy a store"
    })
final class ImportCommand extends ClientCommand {

  private static final int MAX_MESSAGES = 20;

  /**
   * What export makes of the largest key and value that a node can be configured to take, and
   * nothing longer: a byte becomes six at most, a control character in JSON.
   */
  static final int MAX_LINE_BYTES =
      Math.toIntExact(6 * (Settings.MAX_KEY.max() + Settings.MAX_VALUE.max()) + 1024);

  private static final long MAX_BYTES_UNDER_WAY = 8 << 20;

  @Parameters(paramLabel = "FILE", description = "The file; - is stdin.")
  String file;

  @Option(
      names = "--format",
      order = 1,
      paramLabel = "tsv|jsonl|lines",
      description = "Default: by the file's name (.tsv, .jsonl, .ndjson).")
  @Nullable RowFormat format;

  @Option(
      names = "--in-flight",
      order = 2,
      paramLabel = "N",
      defaultValue = "512",
      description = "Rows sent and not yet confirmed. Default: 512.")
  int inFlight;

  @Mixin LevelOption consistency;

  @Override
  Duration defaultTimeout() {
    return Duration.ofSeconds(60);
  }

  @Override
  void checkArguments() {
    if (inFlight < 1 || inFlight > 5000) {
      throw CliException.usage("--in-flight must be between 1 and 5000, not " + inFlight + ".");
    }
    format();
  }

  private RowFormat format() {
    RowFormat known = format == null ? RowFormat.ofFileNameOrNull(file) : format;
    if (known == null) {
      throw CliException.usage(
          "The name '" + file + "' does not tell its format; give --format tsv, jsonl or lines.");
    }
    return known;
  }

  @Override
  int run(CairnClient client) throws IOException, InterruptedException {
    boolean fromInput = file.equals("-");
    long totalBytes = fromInput ? 0 : sizeOf(Path.of(file));
    try (InputStream in =
            fromInput ? uncloseable(shell().in()) : Files.newInputStream(Path.of(file));
        Progress progress = new Progress(shell(), "import")) {
      BadRows badRows = new BadRows(shell(), progress, MAX_MESSAGES);
      ImportRun run =
          new ImportRun(
              new LineReader(in, MAX_LINE_BYTES),
              format().newCodec(),
              (key, value) -> client.async().put(key, value, consistency.level),
              inFlight,
              MAX_BYTES_UNDER_WAY,
              badRows);
      ImportRun.Summary summary =
          run.run(read -> progress.update(run.confirmedRows(), read, totalBytes));
      progress.erase();
      badRows.tellHowManyMore();
      tell(summary, progress.nanos());
      return summary.failure() == null && summary.badRows() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static long sizeOf(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw CliException.failed(path + " is a folder, not a file.");
    }
    return Files.size(path);
  }

  private static InputStream uncloseable(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public void close() {
        // stdin is not ours to close
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return in.read(buffer, offset, length);
      }
    };
  }

  private void tell(ImportRun.Summary summary, long nanos) {
    if (summary.failure() != null) {
      shell().err().println("cairn: " + summary.failure());
    }
    shell()
        .err()
        .printf(
            "%s: %s rows (%s) in %s, %s; %s bad rows%n",
            summary.failure() == null ? "imported" : "stopped after",
            Units.count(summary.rows()),
            Units.bytes(summary.bytes()),
            Units.duration(Duration.ofNanos(nanos)),
            Units.rate(summary.rows(), nanos),
            Units.count(summary.badRows()));
  }
}
