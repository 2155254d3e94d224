package io.cairn.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutOffFileTest {

  @TempDir Path directory;

  @Test
  void eachOperationHasALine() throws IOException {
    CutOffFile file = new CutOffFile(directory.resolve("cut-off/shard-0.jsonl"));
    file.append(
        List.of(
            record(LogRecord.Type.EPOCH_START, 4, Operation.noOp()),
            record(
                LogRecord.Type.DATA,
                5,
                Operation.put(text("k"), text("v"), 7, 1),
                Operation.delete(text("k"), 0, 0),
                Operation.deleteRange(text("a"), text(""), 0, 0))));
    file.append(List.of(record(LogRecord.Type.EPOCH_START, 8, Operation.noOp())));
    file.append(List.of(record(LogRecord.Type.DATA, 9, Operation.delete(text("z"), 0, 0))));
    assertThat(Files.readAllLines(file.path()))
        .containsExactly(
            "{\"offset\":5,\"epoch\":3,\"timestamp\":99,\"operation\":\"PUT\",\"key_base64\":\"aw==\",\"value_base64\":\"dg==\"}",
            "{\"offset\":6,\"epoch\":3,\"timestamp\":99,\"operation\":\"DELETE\",\"key_base64\":\"aw==\"}",
            "{\"offset\":7,\"epoch\":3,\"timestamp\":99,\"operation\":\"DELETE_RANGE\",\"start_base64\":\"YQ==\",\"end_base64\":\"\"}",
            "{\"offset\":9,\"epoch\":3,\"timestamp\":99,\"operation\":\"DELETE\",\"key_base64\":\"eg==\"}");
  }

  @Test
  void whatBecameOfAnOperationHasALineToo() throws IOException {
    CutOffFile file = new CutOffFile(directory.resolve("cut-off/shard-0.jsonl"));
    byte[] operation = Operation.delete(text("z"), 0, 0);
    file.settle(
        new Effect.OfferSettled(
            List.of(new OfferedWrite(3, 5, operation)),
            List.of(new OfferedWrite(3, 6, operation)),
            List.of(new OfferedWrite(3, 7, operation))));
    assertThat(Files.readAllLines(file.path()))
        .containsExactly(
            "{\"offset\":5,\"epoch\":3,\"outcome\":\"PLACED\"}",
            "{\"offset\":6,\"epoch\":3,\"outcome\":\"SUPERSEDED\"}");
  }

  private static LogRecord record(LogRecord.Type type, long offset, byte[]... operations) {
    return LogRecord.of(type, 3, offset, 0, 99, List.of(operations));
  }

  private static ByteSource text(String text) {
    return ByteSource.of(text.getBytes(UTF_8));
  }
}
