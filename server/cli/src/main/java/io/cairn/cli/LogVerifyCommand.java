package io.cairn.cli;

import io.cairn.replication.journal.LogInspector;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cairn log verify}. */
@Command(
    name = "verify",
    description = {
      "Read every record of a stopped node's log and check it: checksums, order, offsets.",
      "A torn tail is what a crash leaves and no fault; exit code 1 when there is corruption."
    },
    footer = {"  cairn log verify", "  cairn log verify --data-dir /var/lib/cairn --shard 0"})
final class LogVerifyCommand extends BaseCommand {

  @Mixin StoppedLogs logs;

  private boolean corrupt;

  @Override
  public Integer call() throws IOException {
    logs.read(
        (shard, log) -> {
          LogInspector.Summary summary =
              LogInspector.inspect(
                  log,
                  new LogInspector.Visitor() {
                    @Override
                    public void onProblem(LogInspector.Problem problem) {
                      shell().out().println(LogDumpCommand.line(problem));
                    }
                  });
          corrupt |= summary.corruptions() > 0;
          shell().out().println(StoppedLogs.describe(shard, summary));
        });
    return corrupt ? ExitCode.FAILED : ExitCode.OK;
  }
}
