package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog;
import java.nio.file.Path;
import java.util.Random;

/** What the tests run in a JVM of its own. */
final class ChildProgram {

  private ChildProgram() {}

  /** Writes to the log in a directory: a few records, or, with {@code for-ever}, until killed. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    boolean forEver = arguments.length > 1 && arguments[1].equals("for-ever");
    Random random = new Random();
    try (ReplicaLog log = ChronicleLog.open(directory, TestLogs.SMALL)) {
      long epoch = log.lastEpoch() + 1;
      long first = log.endOffset();
      while (forEver || log.endOffset() < first + 10) {
        for (int i = random.nextInt(8); i >= 0; i--) {
          TestLogs.append(log, epoch, valueBytes(log.endOffset()));
        }
        log.force();
        System.out.println(log.durableEndOffset());
      }
      System.out.println(TestLogs.read(log, first).size() + " records read");
    }
  }

  static int valueBytes(long offset) {
    return (int) (offset % 1_000);
  }
}
