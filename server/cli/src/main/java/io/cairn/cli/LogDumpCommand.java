package io.cairn.cli;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.journal.LogInspector;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cairn log dump}. */
@Command(
    name = "dump",
    description = {
      "Tell, segment by segment and record by record, what the log of a stopped node holds.",
      "Exit code 1 when there is corruption."
    },
    footer = {
      "  cairn log dump",
      "  cairn log dump --keys --from 100000       each operation and its key, from an offset on",
      "  cairn log dump --data-dir /var/lib/cairn --shard 0"
    })
final class LogDumpCommand extends BaseCommand implements LogInspector.Visitor {

  @Mixin StoppedLogs logs;

  @Option(
      names = "--from",
      order = 3,
      paramLabel = "OFFSET",
      description = "Only operations from this offset on.")
  long from;

  @Option(names = "--keys", order = 4, description = "Each operation, with its key.")
  boolean keys;

  @Mixin BytesOption bytes;

  private final OperationCursor cursor = new OperationCursor();
  private boolean corrupt;

  @Override
  public Integer call() throws IOException {
    bytes.check();
    logs.read(
        (shard, log) -> {
          shell().out().println("shard " + shard + ": " + log);
          LogInspector.Summary summary = LogInspector.inspect(log, this);
          corrupt |= summary.corruptions() > 0;
          shell().out().println(StoppedLogs.describe(shard, summary));
        });
    return corrupt ? ExitCode.FAILED : ExitCode.OK;
  }

  @Override
  public void onSegment(LogInspector.SegmentFound segment) {
    shell()
        .out()
        .println(
            "segment %s: epoch %d, from offset %d, %s"
                .formatted(
                    segment.name(),
                    segment.epoch(),
                    segment.baseOffset(),
                    segment.sealed() ? "sealed at " + segment.endOffset() : "not sealed"));
  }

  @Override
  public void onRecord(LogInspector.RecordFound found) {
    LogRecord record = found.record();
    if (record.endOffset() <= from) {
      return;
    }
    shell()
        .out()
        .println(
            "  record at byte %d: offsets [%d, %d), epoch %d, %s, %d bytes, crc %08x, %s"
                .formatted(
                    found.position(),
                    record.baseOffset(),
                    record.endOffset(),
                    record.epoch(),
                    lower(record.type()),
                    record.lengthBytes(),
                    record.crc(),
                    Instant.ofEpochMilli(record.timestampMillis())));
    if (keys) {
      printOperations(record);
    }
  }

  private void printOperations(LogRecord record) {
    DataOut out = shell().out();
    cursor.wrap(record);
    while (cursor.next()) {
      if (cursor.offset() >= from) {
        byte[] key =
            Arrays.copyOfRange(
                cursor.array(), cursor.keyPosition(), cursor.keyPosition() + cursor.keyLength());
        out.print("    " + cursor.offset() + " " + lower(cursor.kind()) + " ");
        out.write(bytes.formatOnOneLine(key));
        out.println(" (value of " + cursor.valueLength() + " bytes)");
      }
    }
  }

  @Override
  public void onProblem(LogInspector.Problem problem) {
    shell().out().println(line(problem));
  }

  static String line(LogInspector.Problem problem) {
    return "  %s in %s at byte %d: %s"
        .formatted(
            problem.corruption() ? "CORRUPTION" : "torn tail",
            problem.segment(),
            problem.position(),
            problem.text());
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
