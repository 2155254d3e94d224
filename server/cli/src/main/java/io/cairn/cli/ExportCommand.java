package io.cairn.cli;

import io.cairn.cli.rows.Row;
import io.cairn.cli.rows.RowCodec;
import io.cairn.cli.rows.RowFormat;
import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import io.cairn.v1.ShardStatus;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn export}. */
@Command(
    name = "export",
    description = {
      "Write keys and values in key order to a file or stdout, as TSV or JSON Lines.",
      "`cairn import` reads both back, byte for byte. A file appears under its name only when it is whole."
    },
    footer = {
      "  cairn export backup.tsv",
      "  cairn export backup.jsonl --prefix user/",
      "  cairn export --format jsonl | gzip > backup.jsonl.gz"
    })
final class ExportCommand extends ClientCommand {

  private static final int BUFFER_BYTES = 256 * 1024;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description =
          "The file, replaced if it exists; a pipe or a device is written to. - or none is stdout.")
  String file;

  @Option(
      names = "--format",
      order = 4,
      paramLabel = "tsv|jsonl",
      description = "Default: by the file's name (.tsv, .jsonl, .ndjson); tsv for stdout.")
  @Nullable RowFormat format;

  @Mixin RangeOptions range;
  @Mixin BytesOption bytes;
  @Mixin LevelOption consistency;

  @Override
  Duration defaultTimeout() {
    return Duration.ofSeconds(60);
  }

  @Override
  void checkArguments() {
    bytes.check();
    range.range(bytes);
    format();
  }

  private RowFormat format() {
    RowFormat known = format == null ? RowFormat.ofFileNameOrNull(file) : format;
    if (known == null && file.equals("-")) {
      return RowFormat.TSV;
    }
    if (known == null || known == RowFormat.LINES) {
      throw CliException.usage(
          known == null
              ? "The name '" + file + "' does not tell its format; give --format tsv or jsonl."
              : "The format lines has no values, so it cannot be exported; `cairn keys` lists keys.");
    }
    return known;
  }

  @Override
  int run(CairnClient client) throws IOException {
    try (Progress progress = new Progress(shell(), "export")) {
      Totals totals =
          file.equals("-")
              ? write(client, shell().out(), progress)
              : writeFile(client, Path.of(file).toAbsolutePath(), progress);
      progress.erase();
      shell()
          .err()
          .printf(
              "exported: %s rows (%s) in %s, %s%n",
              Units.count(totals.rows),
              Units.bytes(totals.bytes),
              Units.duration(Duration.ofNanos(progress.nanos())),
              Units.rate(totals.rows, progress.nanos()));
    }
    return ExitCode.OK;
  }

  /** A pipe or a device is written to; it would be a mistake to put a file in its place. */
  private Totals writeFile(CairnClient client, Path named, Progress progress) throws IOException {
    if (Files.isDirectory(named)) {
      throw CliException.failed(named + " is a folder, not a file.");
    }
    if (Files.isSymbolicLink(named) && !Files.exists(named)) {
      throw CliException.failed(named + " is a link to a file that does not exist.");
    }
    if (Files.exists(named) && !Files.isRegularFile(named)) {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(named, StandardOpenOption.WRITE), BUFFER_BYTES)) {
        return write(client, out, progress);
      }
    }
    return replaceFile(client, Files.exists(named) ? named.toRealPath() : named, progress);
  }

  /** Under a temporary name beside the file, forced to disk, then renamed, and that forced too. */
  private Totals replaceFile(CairnClient client, Path target, Progress progress)
      throws IOException {
    Path folder = Objects.requireNonNull(target.getParent());
    Path temporary =
        folder.resolve(target.getFileName() + ".part-" + ProcessHandle.current().pid());
    temporary.toFile().deleteOnExit(); // also when the command is interrupted
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      Totals totals = write(client, out, progress);
      channel.force(true);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
      return totals;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static final class Totals {
    private long rows;
    private long bytes;
  }

  private Totals write(CairnClient client, OutputStream out, Progress progress) throws IOException {
    long expectedRows =
        range.isEverything() && shell().errorsAreTerminal()
            ? client.status().getShardsList().stream()
                .mapToLong(ShardStatus::getEstimatedKeys)
                .sum()
            : 0;
    RowCodec codec = format().newCodec();
    Totals totals = new Totals();
    ScanOptions options = ScanOptions.in(range.range(bytes)).at(consistency.level);
    try (CloseableIterator<KeyValue> entries = client.scan(options)) {
      while (entries.hasNext()) {
        KeyValue entry = entries.next();
        codec.encode(new Row(entry.key(), entry.value().value()), out);
        totals.rows++;
        totals.bytes += entry.key().length + (long) entry.value().value().length;
        progress.update(totals.rows, totals.rows, expectedRows);
      }
    }
    out.flush();
    return totals;
  }
}
