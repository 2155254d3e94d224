package io.cairn.node.data;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Where operations go that were in a shard's log, were never committed, and had to be cut off
 * because another node leads without them. Some may have been confirmed as EVENTUAL: the file is
 * what is left of them, and a later line tells what became of one that was offered to the leader.
 * One JSON object a line, appended to and forced, never read by the node:
 *
 * <pre>
 *   {"offset":17,"epoch":3,"timestamp":1700000000000,"operation":"PUT","key_base64":"…","value_base64":"…"}
 *   {"offset":17,"epoch":3,"outcome":"PLACED"}
 * </pre>
 */
public final class CutOffFile {
  private final Path file;

  CutOffFile(Path file) {
    this.file = file;
  }

  public Path path() {
    return file;
  }

  public void append(List<LogRecord> records) throws IOException {
    StringBuilder lines = new StringBuilder();
    OperationCursor cursor = new OperationCursor();
    for (LogRecord record : records) {
      cursor.wrap(record);
      while (cursor.next()) {
        if (cursor.kind() != Operation.Kind.NO_OP) {
          appendLine(lines, record, cursor);
        }
      }
    }
    write(lines);
  }

  /** Tells what became of operations; what is out of reach stays as it is. */
  public void settle(Effect.OfferSettled settled) throws IOException {
    StringBuilder lines = new StringBuilder();
    settled.placed().forEach(write -> outcome(lines, write, "PLACED"));
    settled.superseded().forEach(write -> outcome(lines, write, "SUPERSEDED"));
    write(lines);
  }

  private static void outcome(StringBuilder lines, OfferedWrite write, String outcome) {
    lines.append("{\"offset\":").append(write.offset());
    lines.append(",\"epoch\":").append(write.epoch());
    lines.append(",\"outcome\":\"").append(outcome).append("\"}\n");
  }

  private void write(StringBuilder lines) throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    Files.createDirectories(file.resolveSibling(""));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void appendLine(StringBuilder lines, LogRecord record, OperationCursor cursor) {
    boolean isRange = cursor.kind() == Operation.Kind.DELETE_RANGE;
    lines.append("{\"offset\":").append(cursor.offset());
    lines.append(",\"epoch\":").append(record.epoch());
    lines.append(",\"timestamp\":").append(record.timestampMillis());
    lines.append(",\"operation\":\"").append(cursor.kind()).append('"');
    field(lines, isRange ? "start" : "key", cursor, cursor.keyPosition(), cursor.keyLength());
    if (cursor.kind() != Operation.Kind.DELETE) {
      field(lines, isRange ? "end" : "value", cursor, cursor.valuePosition(), cursor.valueLength());
    }
    lines.append("}\n");
  }

  private static void field(
      StringBuilder lines, String name, OperationCursor cursor, int position, int length) {
    byte[] bytes = Arrays.copyOfRange(cursor.array(), position, position + length);
    lines.append(",\"").append(name).append("_base64\":\"");
    lines.append(Base64.getEncoder().encodeToString(bytes)).append('"');
  }
}
