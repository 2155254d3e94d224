package io.cairn.cli;

import io.cairn.cli.bench.BenchPicture;
import io.cairn.cli.bench.BenchResult;
import io.cairn.cli.bench.BenchRun;
import io.cairn.cli.bench.ClientTarget;
import io.cairn.cli.bench.KeySpace;
import io.cairn.client.CairnClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cairn bench}. */
@Command(
    name = "bench",
    description = {
      "Send operations to nodes, and tell how many they answer and how fast: to choose hardware, or to see what a"
          + " change costs.",
      "Writes only keys that begin with --prefix, and leaves them there unless --clean-up is given. Ctrl-C ends it"
          + " early and prints what was measured. Exit code 1 when an operation failed."
    },
    footer = {
      "  cairn bench --load                        how much, with 64 in flight",
      "  cairn bench --load --rate 5000            how fast, at 5,000 operations a second",
      "  cairn bench --mix put=100 --in-flight 256 --svg puts.svg",
      "  cairn bench --mix get@eventual=90,scan=10 --keys zipfian --key-count 10000000 --load",
      "  cairn bench --clean-up -o json | jq .all"
    })
final class BenchCommand extends ClientCommand {

  /** The part of the heap that operations under way may fill; each is held in several forms. */
  private static final int HEAP_PART = 8;

  enum Form {
    TABLE,
    JSON
  }

  @Mixin BenchPaceOptions pace;
  @Mixin BenchDataOptions data;

  @Option(names = "--load", order = 20, description = "Put every key once before.")
  boolean load;

  @Option(names = "--clean-up", order = 21, description = "Delete the keys afterwards.")
  boolean cleanUp;

  @Option(
      names = "--svg",
      order = 22,
      paramLabel = "FILE",
      description = "Draw throughput over time and latency by percentile to this file.")
  @Nullable Path svg;

  @Option(
      names = {"-o", "--output", "--format"},
      order = 80,
      paramLabel = "table|json",
      defaultValue = "table",
      description = "table (default), or json: one object, times in microseconds.")
  Form form;

  @Mixin LevelOption consistency;

  @Override
  void checkArguments() {
    pace.check();
    data.check(consistency.level);
    long bytes = data.bytesUnderWay(consistency.level, pace.inFlight());
    long room = Runtime.getRuntime().maxMemory() / HEAP_PART;
    if (bytes > room) {
      throw CliException.usage(
          ("Up to %s operations in flight could hold %s; this process has %s for them. Lower"
                  + " --in-flight, or give it more memory: CAIRN_JAVA_OPTS=-Xmx4g.")
              .formatted(Units.count(pace.inFlight()), Units.bytes(bytes), Units.bytes(room)));
    }
    if (svg != null) {
      checkWritable(svg);
    }
  }

  /** Found out now, not when the measurement is over. */
  private static void checkWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw CliException.usage("--svg " + file + " is a folder, not a file.");
    }
    if (Files.exists(file) ? !Files.isWritable(file) : folder == null || !canHoldFiles(folder)) {
      throw CliException.usage("--svg " + file + " cannot be written.");
    }
  }

  private static boolean canHoldFiles(Path folder) {
    return Files.isDirectory(folder) && Files.isWritable(folder);
  }

  @Override
  int run(CairnClient client) throws IOException, InterruptedException {
    data.checkLimits(client.status().getLimits());
    List<CairnClient> clients = new ArrayList<>();
    clients.add(client);
    try {
      while (clients.size() < pace.connections) {
        clients.add(connect(endpoints()));
      }
      return run(clients);
    } finally {
      clients.subList(1, clients.size()).forEach(CairnClient::close);
    }
  }

  private int run(List<CairnClient> clients) throws IOException, InterruptedException {
    CairnClient client = clients.get(0);
    KeySpace keys = data.keySpace();
    if (load) {
      new BenchLoad(shell(), keys, data).run(client, consistency.level);
    }
    try (ClientTarget target = new ClientTarget(clients, keys, data.scanLength)) {
      BenchRun run = BenchRun.ofThisThread(pace.plan(), data.workload(consistency.level), target);
      BenchInterruption interruption = new BenchInterruption(run, patience());
      try {
        BenchResult result = measure(run);
        report(result);
        if (cleanUp) {
          client.clear(keys.all(), consistency.level);
        }
        return result.windowNanos() > 0 && result.failures().isEmpty()
            ? ExitCode.OK
            : ExitCode.FAILED;
      } finally {
        interruption.end();
      }
    }
  }

  private BenchResult measure(BenchRun run) {
    try (BenchProgress progress = new BenchProgress(shell(), run)) {
      progress.start();
      return run.run();
    }
  }

  /** Answers come within the timeout, and then there is a report to print. */
  private Duration patience() {
    return (timeout == null ? defaultTimeout() : timeout).multipliedBy(2).plusSeconds(5);
  }

  private void report(BenchResult result) throws IOException {
    if (result.windowNanos() == 0) {
      shell().err().println("cairn: interrupted in the warm-up; nothing was measured.");
      return;
    }
    List<String> heading =
        List.of(
            "%s measured%s after %s of warm-up, %s"
                .formatted(
                    Units.duration(Duration.ofNanos(result.windowNanos())),
                    result.interrupted() ? " (interrupted)" : "",
                    Units.duration(pace.warmUp),
                    endpoints()),
            pace.describe(),
            data.describe(consistency.level));
    BenchReport report = new BenchReport(result, heading);
    if (form == Form.JSON) {
      shell().out().println(report.json());
    } else {
      report.printText(shell().out());
    }
    shell().out().flush();
    if (svg != null) {
      Files.writeString(svg, BenchPicture.of(result, heading));
    }
  }
}
