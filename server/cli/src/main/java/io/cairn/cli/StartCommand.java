package io.cairn.cli;

import io.cairn.node.CairnNode;
import io.cairn.node.config.LoadedConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn start}. */
@Command(
    name = "start",
    modelTransformer = NodeSettings.class,
    description = {
      "Run a node until SIGTERM or Ctrl-C, then finish what is under way, bring everything to disk and exit with 0.",
      "A flag wins over its environment variable (CAIRN_DATA_DIR for --data-dir), that over the file. The first"
          + " lines go to stdout, the log to stderr (CAIRN_LOG=debug for more of it)."
    },
    footer = {
      "  cairn start                                     on 127.0.0.1:7400, data in ./cairn-data",
      "  cairn start --data-dir /var/lib/cairn --listen 127.0.0.1:7500",
      "  cairn start --config cairn.yaml                 conf/cairn.yaml has every setting with its default",
      "  CAIRN_DATA_DIR=/var/lib/cairn cairn start",
      "  CAIRN_HEAP=2g cairn start                       a larger Java heap than 1g",
      "  cairn config show --config cairn.yaml           what each setting would be, and why"
    })
final class StartCommand extends BaseCommand {

  @Option(
      names = "--config",
      order = 0,
      paramLabel = "<file>",
      description = "The configuration file, YAML. Default: $CAIRN_CONFIG, else none.")
  @Nullable Path config;

  @Override
  public Integer call() throws InterruptedException {
    LoadedConfig loaded = NodeSettings.load(spec, shell(), config);
    loaded.warnings().forEach(warning -> shell().err().println("cairn: " + warning));
    NodeLogging.on();
    CairnNode node = CairnNode.start(loaded.config());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "cairn-stop"));
    node.firstLines().forEach(shell().out()::println);
    shell().out().flush();
    node.awaitTermination();
    String failure = node.failureOrNull();
    if (failure == null) {
      return ExitCode.OK;
    }
    shell().err().println("cairn: The node has stopped: " + failure);
    return ExitCode.FAILED;
  }

  /**
   * On SIGTERM, SIGINT, or after a failure. Halting here decides the exit code, which would be 143
   * for a signal that was obeyed. After a failure nothing is closed: that could wait for a disk
   * that never answers, and what was acknowledged is on disk.
   */
  private static void stop(CairnNode node) {
    if (node.failureOrNull() == null) {
      node.close();
    }
    Runtime.getRuntime().halt(node.failureOrNull() == null ? ExitCode.OK : ExitCode.FAILED);
  }
}
