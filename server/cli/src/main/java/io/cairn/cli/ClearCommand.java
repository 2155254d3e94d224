package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ShardStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cairn clear}. */
@Command(
    name = "clear",
    description = {
      "Delete every key, or every key of a range. There is no way back.",
      "Asks first; --yes answers in advance, and is needed where there is no terminal."
    },
    footer = {
      "  cairn clear                               everything, after a question",
      "  cairn clear --prefix session/ --yes       a prefix, without one",
      "  cairn clear --from a --to b --yes"
    })
final class ClearCommand extends ClientCommand {

  private static final int LONGEST_ANSWER_BYTES = 100;

  @Mixin RangeOptions range;

  @Option(names = "--yes", order = 4, description = "Do not ask.")
  boolean yes;

  @Mixin BytesOption bytes;
  @Mixin LevelOption consistency;

  @Override
  Duration defaultTimeout() {
    return Duration.ofSeconds(60);
  }

  /** All the time there is: a clear that got no answer must not be sent again. */
  @Override
  Duration longestAttempt(Duration deadline) {
    return deadline;
  }

  @Override
  void checkArguments() {
    bytes.check();
    range.refuseEmpty();
    range.range(bytes);
    if (!yes && !shell().inputIsTerminal()) {
      throw CliException.usage(
          "clear asks before it deletes, but stdin is no terminal; give --yes to go ahead.");
    }
  }

  @Override
  int run(CairnClient client) throws IOException {
    if (!yes && !confirmed(client)) {
      shell().err().println("Nothing was deleted.");
      return ExitCode.FAILED;
    }
    client.clear(range.range(bytes), consistency.level);
    shell().err().println("Cleared.");
    return ExitCode.OK;
  }

  private boolean confirmed(CairnClient client) throws IOException {
    long keys =
        client.status().getShardsList().stream().mapToLong(ShardStatus::getEstimatedKeys).sum();
    shell()
        .err()
        .printf(
            "This deletes %s at %s (which has about %,d keys). Type yes to go on: ",
            range.isEverything() ? "every key" : "every key of the range", endpoints(), keys);
    shell().err().flush();
    return readLine(shell().in()).trim().equals("yes");
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b = in.read();
    while (b >= 0 && b != '\n' && line.length() < LONGEST_ANSWER_BYTES) {
      line.append((char) b);
      b = in.read();
    }
    return line.toString();
  }
}
