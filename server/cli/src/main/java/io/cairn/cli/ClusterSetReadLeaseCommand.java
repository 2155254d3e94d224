package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.v1.ChangeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.SetReadLease;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cairn cluster set-read-lease}. */
@Command(
    name = "set-read-lease",
    description = {
      "Let leaders answer STRONG reads without asking the other in-sync replicas, for so long after these have answered.",
      "Reads are faster, and a new leader waits for as long before it confirms anything. It rests on clocks: not for machines that are suspended while they run."
    },
    footer = {
      "  cairn cluster set-read-lease 300ms",
      "  cairn cluster set-read-lease 0       every STRONG read is asked for, as at first"
    })
final class ClusterSetReadLeaseCommand extends ClusterChangeCommand {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @Parameters(
      paramLabel = "DURATION",
      converter = DurationConverter.OrZero.class,
      description = "How long, at most 10s; 0: not at all.")
  Duration lease = Duration.ZERO;

  @Override
  void checkArguments() {
    if (lease.compareTo(LONGEST) > 0) {
      throw CliException.usage("DURATION must be 0 to 10s.");
    }
  }

  @Override
  int run(CairnClient client) throws InterruptedException {
    DescribeResponse before = client.describe();
    int millis = (int) lease.toMillis();
    if (before.getReadLeaseMillis() == millis) {
      return nothingToDo("It is " + millis + " ms already.");
    }
    change(
        client,
        before,
        ChangeRequest.newBuilder().setSetReadLease(SetReadLease.newBuilder().setMillis(millis)));
    return ExitCode.OK;
  }
}
