package io.cairn.replication.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.ReplicaLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log in a JVM of its own: started without flags, and killed. */
final class ChildProcessTest {
  @TempDir Path root;

  private Process start(List<String> flags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ChildProgram.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  void aPlainProgramNeedsNoFlagsAndReachesForNoNetwork() throws Exception {
    Path classes = root.resolve("classes.log");
    Process child =
        start(List.of("-Xlog:class+load:file=" + classes), root.resolve("log").toString());
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).contains("records read").doesNotContain("IllegalAccess");
    String loaded = Files.readString(classes);
    assertThat(loaded).contains("net.openhft.chronicle.queue.impl.single.SingleChronicleQueue ");
    for (String neededToConnect :
        List.of(
            "sun.nio.ch.NioSocketImpl ",
            "sun.nio.ch.DefaultSelectorProvider ",
            "sun.nio.ch.DatagramChannelImpl ",
            "sun.net.www.protocol.http.HttpURLConnection ",
            "jdk.internal.net.http.HttpClientImpl ",
            "net.openhft.chronicle.analytics")) {
      assertThat(loaded.contains(neededToConnect)).as(neededToConnect).isFalse();
    }
  }

  @Test
  void theUsageReportsOfTheLibraryAreNotOnTheClassPath() {
    assertThatThrownBy(() -> Class.forName("net.openhft.chronicle.analytics.Analytics"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void aKilledLogHasEverythingItAcknowledged() throws Exception {
    Path directory = root.resolve("log");
    for (int round = 1; round <= 5; round++) {
      Process child = start(List.of(), directory.toString(), "for-ever");
      long acknowledged = 0;
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
        int groups = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.matches("\\d+")) {
            acknowledged = Long.parseLong(line);
            if (++groups == 15 * round) {
              child.toHandle().destroyForcibly();
            }
          }
        }
      }
      child.waitFor();
      assertThat(acknowledged).isPositive();
      check(directory, acknowledged, round);
    }
  }

  private static void check(Path directory, long acknowledged, int epochs) {
    try (ReplicaLog log = ChronicleLog.open(directory, TestLogs.SMALL, TestLogs.UNSAFE)) {
      assertThat(log.endOffset()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(log.durableEndOffset()).isEqualTo(log.endOffset());
      assertThat(log.lastEpoch()).isEqualTo(epochs);
      List<LogRecord> records = TestLogs.read(log, 0);
      assertThat(records).hasSize((int) log.endOffset());
      for (LogRecord record : records) {
        byte[] operation =
            TestLogs.operation(record.baseOffset(), ChildProgram.valueBytes(record.baseOffset()));
        byte[] bytes = record.bytes();
        assertThat(
                Arrays.equals(
                    bytes, LogRecord.HEADER_BYTES, bytes.length, operation, 0, operation.length))
            .isTrue();
      }
    }
  }
}
