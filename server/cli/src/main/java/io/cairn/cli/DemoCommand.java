package io.cairn.cli;

import io.cairn.cli.rows.Row;
import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.KeyRange;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn demo}. */
@Command(
    name = "demo",
    description = {
      "Show what a node does: start one, load a file into it, kill it with -9 in the middle and again at"
          + " the end, and read every row back.",
      "The file is cut into pieces of 1 KiB, a row each. Everything is in a temporary folder and is"
          + " cleaned up, unless --keep or --data-dir is given."
    },
    footer = {
      "  cairn demo",
      "  cairn demo --file big.iso                 another file; the first 128 MiB of it",
      "  cairn demo --keep                         leave the node running, to try commands on it"
    })
final class DemoCommand extends BaseCommand {

  private static final int ROWS_UNDER_WAY = 512;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Option(
      names = "--file",
      order = 1,
      paramLabel = "FILE",
      description = "The file to load. Default: lib/modules of the Java that runs this.")
  @Nullable Path file;

  @Option(
      names = "--data-dir",
      order = 2,
      paramLabel = "DIR",
      description =
          "Where the node keeps its data; must be new or empty. Default: a temporary folder.")
  @Nullable Path dataDirectory;

  @Option(names = "--keep", order = 3, description = "Leave the node running, and its data.")
  boolean keep;

  private final Object nodeLock = new Object();
  private @Nullable DemoNode node; // guarded by nodeLock
  private boolean ended; // guarded by nodeLock
  private int step;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path launcher = launcher();
    DemoData data = new DemoData(file == null ? DemoData.fileOfThisJava() : file);
    Path folder = Files.createTempDirectory("cairn-demo-");
    Path directory = dataDirectory == null ? folder.resolve("data") : dataDirectory;
    if (dataDirectory != null && holdsSomething(dataDirectory)) {
      throw CliException.usage("--data-dir " + dataDirectory + " is not empty; name a new folder.");
    }
    // Also when it is interrupted: no process and no folder stays behind.
    Thread cleaner = new Thread(() -> cleanUp(folder), "cairn-demo-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    NodeStarter starter = listen -> start(launcher, directory, listen, folder.resolve("node.log"));
    DemoNode last = run(starter, directory, data);
    if (last != null && keep) {
      Runtime.getRuntime().removeShutdownHook(cleaner);
      tellHowToGoOn(last, directory);
    }
    return last != null ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Starts a node on the demo's data. */
  private interface NodeStarter {
    DemoNode start(String listen) throws IOException;
  }

  /** The clean-up finds the process from its first moment, or it is not started any more. */
  private DemoNode start(Path launcher, Path directory, String listen, Path log)
      throws IOException {
    DemoNode launched;
    synchronized (nodeLock) {
      if (ended) {
        throw CliException.failed("The demo was interrupted.");
      }
      launched = DemoNode.launch(launcher, directory, listen, log);
      node = launched;
    }
    launched.awaitServing();
    return launched;
  }

  /** Returns the node that runs at the end, null when not all rows were there. */
  private @Nullable DemoNode run(NodeStarter starter, Path directory, DemoData data)
      throws IOException, InterruptedException {
    DemoNode first = starter.start("127.0.0.1:0");
    tell(
        "A node runs: process %d on %s, data in %s, ready in %s."
            .formatted(first.pid(), first.address(), directory, seconds(first.startNanos())));
    String address = first.address();
    try (CairnClient client = CairnClient.builder().endpoints(address).deadline(PATIENCE).build()) {
      tell(
          "Loading %s in %s pieces of 1 KiB, a row each. Each is confirmed when it is on disk (fsync)."
              .formatted(data.file(), Units.count(data.rows())));
      load(client, first, data, starter).killMinusNine();
      DemoNode again = starter.start(address);
      tell(
          "kill -9 once more, right behind the last confirmation. Back in %s."
              .formatted(seconds(again.startNanos())));
      return readBack(client, data) ? again : null;
    }
  }

  /** Puts every row; kills the node in the middle. Returns the node that runs afterwards. */
  private DemoNode load(CairnClient client, DemoNode first, DemoData data, NodeStarter starter)
      throws IOException, InterruptedException {
    DemoNode current = first;
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    PutPipeline pipeline =
        new PutPipeline(
            (key, value) -> client.async().put(key, value),
            ROWS_UNDER_WAY,
            (long) ROWS_UNDER_WAY * 2 * DemoData.PIECE_BYTES,
            (row, thrown) -> failure.compareAndSet(null, thrown));
    try (InputStream in = data.open();
        Progress progress = new Progress(shell(), "load")) {
      for (int row = 0; row < data.rows() && failure.get() == null; row++) {
        pipeline.put(new Row(DemoData.key(row), in.readNBytes(DemoData.PIECE_BYTES)), row);
        progress.update(pipeline.confirmedRows(), row, data.rows());
        if (row == data.rows() / 2) {
          current.killMinusNine();
          long confirmed = pipeline.confirmedRows();
          current = starter.start(first.address());
          progress.erase();
          tell(
              "kill -9 after %s confirmed rows, up to %d under way. Back in %s; the client sends those again."
                  .formatted(
                      Units.count(confirmed), ROWS_UNDER_WAY, seconds(current.startNanos())));
        }
      }
      pipeline.awaitAnswers();
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw CliException.failed("The load failed: " + thrown.getMessage(), thrown);
      }
      progress.erase();
      tell(
          "Loaded %s rows, %s, in %s with the restart: %s."
              .formatted(
                  Units.count(pipeline.confirmedRows()),
                  Units.bytes(pipeline.confirmedBytes()),
                  seconds(progress.nanos()),
                  Units.rate(pipeline.confirmedRows(), progress.nanos())));
    }
    return current;
  }

  /** Reads all rows in key order and compares them with the file, byte for byte. */
  private boolean readBack(CairnClient client, DemoData data) throws IOException {
    long begin = System.nanoTime();
    MessageDigest digest = DemoData.sha256();
    int rows = 0;
    ScanOptions all = ScanOptions.in(KeyRange.prefix("piece/".getBytes(StandardCharsets.US_ASCII)));
    try (CloseableIterator<KeyValue> entries = client.scan(all)) {
      while (entries.hasNext()) {
        digest.update(entries.next().value().value());
        rows++;
      }
    }
    long nanos = System.nanoTime() - begin;
    String checksum = DemoData.hex(digest);
    boolean same = rows == data.rows() && checksum.equals(data.checksum());
    tell(
        "Read %s rows back in %s: %s. SHA-256 %s... %s"
            .formatted(
                Units.count(rows),
                seconds(nanos),
                Units.rate(rows, nanos),
                checksum.substring(0, 16),
                same
                    ? "is the file's: nothing is lost."
                    : "IS NOT THE FILE'S: ROWS ARE LOST OR WRONG."));
    return same;
  }

  private void tellHowToGoOn(DemoNode last, Path directory) {
    DataOut out = shell().out();
    out.println("");
    out.println("The node goes on as process " + last.pid() + ", data in " + directory + ". Try:");
    out.println("  export CAIRN_ENDPOINTS=" + last.address());
    out.println("  cairn status");
    out.println("  cairn put greeting hello; cairn get greeting");
    out.println("  cairn keys --limit 3");
    out.println("  kill " + last.pid() + "      # ends it in order");
  }

  private void tell(String sentence) {
    step++;
    shell().out().println(step + ". " + sentence);
    shell().out().flush();
  }

  private static String seconds(long nanos) {
    return Units.duration(Duration.ofNanos(nanos));
  }

  private static boolean holdsSomething(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return false;
    }
    try (var entries = Files.list(directory)) {
      return entries.findAny().isPresent();
    }
  }

  /** The command that runs this demo. */
  private static Path launcher() {
    String home = System.getProperty("cairn.home", "");
    Path launcher = Path.of(home, "bin", "cairn");
    if (home.isEmpty() || !Files.isExecutable(launcher)) {
      throw CliException.failed("The demo needs the distribution: run it as bin/cairn demo.");
    }
    return launcher;
  }

  private void cleanUp(Path folder) {
    synchronized (nodeLock) {
      ended = true;
      if (node != null) {
        node.killMinusNine();
      }
    }
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
