package io.cairn.cli;

import io.cairn.replication.core.ReplicaLog.LogFailedException;
import io.cairn.replication.journal.LogInspector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which logs of a stopped node a command reads, and the guarantee that the node is stopped. */
final class StoppedLogs {

  @Option(
      names = "--data-dir",
      order = 1,
      paramLabel = "DIR",
      defaultValue = "cairn-data",
      description = "The node's data directory. Default: cairn-data.")
  Path dataDirectory;

  @Option(
      names = "--shard",
      order = 2,
      paramLabel = "N",
      defaultValue = "-1",
      description = "Only this shard's log. Default: all.")
  int shard;

  /** What is done with one log. */
  interface Reader {
    void read(int shard, Path log) throws IOException;
  }

  /**
   * Reads the logs one by one while no node can start on them: a shared lock, which a file that may
   * only be read allows, excludes the node's, and not others that read.
   */
  void read(Reader reader) throws IOException {
    Path shards = dataDirectory.resolve("shards");
    if (!Files.isDirectory(shards)) {
      throw CliException.failed(dataDirectory + " is not the data directory of a node.");
    }
    try (FileChannel channel =
            FileChannel.open(dataDirectory.resolve("LOCK"), StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      if (lock == null) {
        throw CliException.failed(
            "A node is running on " + dataDirectory + "; stop it first, its log changes.");
      }
      for (int number : numbers(shards)) {
        reader.read(number, shards.resolve(Integer.toString(number)).resolve("log"));
      }
    } catch (NoSuchFileException e) {
      throw CliException.failed(dataDirectory + " is not the data directory of a node.", e);
    } catch (LogFailedException e) {
      throw CliException.failed("The log cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private List<Integer> numbers(Path shards) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (var entries = Files.list(shards)) {
      entries
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches("\\d{1,6}"))
          .map(Integer::valueOf)
          .filter(number -> shard < 0 || number == shard)
          .sorted()
          .forEach(numbers::add);
    }
    if (numbers.isEmpty()) {
      throw CliException.failed(
          shard < 0
              ? "There are no shards in " + shards + "."
              : "There is no shard " + shard + ".");
    }
    return numbers;
  }

  /** One line on what was found in a log. */
  static String describe(int shard, LogInspector.Summary summary) {
    return "shard %d: %s segments, %s records, %s operations, offsets [%d, %d), last epoch %d: %s"
        .formatted(
            shard,
            Units.count(summary.segments()),
            Units.count(summary.records()),
            Units.count(summary.operations()),
            summary.startOffset(),
            summary.endOffset(),
            summary.lastEpoch(),
            summary.corruptions() == 0 ? "intact" : summary.corruptions() + " CORRUPTIONS");
  }
}
