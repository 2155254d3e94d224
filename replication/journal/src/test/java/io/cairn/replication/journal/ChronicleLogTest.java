package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class ChronicleLogTest extends ReplicaLogContract {
  @TempDir Path directory;

  @Override
  protected ReplicaLog open() {
    return ChronicleLog.open(directory.resolve("log"), TestLogs.SMALL);
  }
}
