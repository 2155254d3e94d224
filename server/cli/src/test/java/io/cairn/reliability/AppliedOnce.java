package io.cairn.reliability;

import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.journal.LogInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for a write that is in the log of a stopped node twice. The data would not show it: nobody
 * was told of the first application, and the second wrote the same value.
 */
final class AppliedOnce implements LogInspector.Visitor {

  private record Id(long client, long sequence) {}

  private final OperationCursor cursor = new OperationCursor();
  private final Map<Id, Long> offsets = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();

  static List<String> check(Path dataDirectory) throws IOException {
    List<String> complaints = new ArrayList<>();
    try (var shards = Files.list(dataDirectory.resolve("shards"))) {
      for (Path shard : shards.toList()) {
        AppliedOnce found = new AppliedOnce();
        LogInspector.inspect(shard.resolve("log"), found);
        complaints.addAll(found.complaints);
      }
    }
    return complaints;
  }

  @Override
  public void onRecord(LogInspector.RecordFound found) {
    cursor.wrap(found.record());
    while (cursor.next()) {
      onOperation(cursor.clientId(), cursor.sequence(), cursor.offset());
    }
  }

  void onOperation(long client, long sequence, long offset) {
    if (client == Operation.NO_CLIENT) {
      return;
    }
    Long first = offsets.putIfAbsent(new Id(client, sequence), offset);
    if (first != null) {
      complaints.add(
          String.format(
              "write %d of client %016x is applied twice, at %d and at %d",
              sequence, client, first, offset));
    }
  }

  List<String> complaints() {
    return complaints;
  }
}
