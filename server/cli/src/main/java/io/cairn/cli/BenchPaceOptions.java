package io.cairn.cli;

import io.cairn.cli.bench.BenchRun;
import io.cairn.cli.bench.Schedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much a benchmark sends, and for how long. */
final class BenchPaceOptions {

  private static final int MAX_IN_FLIGHT = 5_000;
  private static final long MAX_RATE = 10_000_000;
  private static final int MAX_CONNECTIONS = 64;
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  @Option(
      names = "--rate",
      order = 1,
      paramLabel = "N",
      description =
          "Open loop: send N operations a second, whatever the answers do, and count each one's"
              + " latency from when it was due. Default: closed loop, the next when one is answered.")
  @Nullable Long rate;

  @Option(
      names = "--in-flight",
      order = 2,
      paramLabel = "N",
      description =
          "Operations under way at most. With --rate one that finds no room waits, and its wait counts."
              + " Default: 64; 1000 with --rate.")
  @Nullable Integer inFlight;

  @Option(
      names = "--connections",
      order = 3,
      paramLabel = "N",
      defaultValue = "1",
      description = "Connections to each node, used in turn. Default: 1.")
  int connections;

  @Option(
      names = "--warm-up",
      order = 4,
      paramLabel = "DURATION",
      converter = DurationConverter.OrZero.class,
      defaultValue = "5s",
      description = "Send for so long before measuring. Default: 5s; 0s for none.")
  Duration warmUp;

  @Option(
      names = "--duration",
      order = 5,
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "30s",
      description = "Measure for so long. Default: 30s.")
  Duration duration;

  void check() {
    if (rate != null) {
      OptionRange.check("--rate", rate, 1, MAX_RATE);
    }
    OptionRange.check("--in-flight", inFlight(), 1, MAX_IN_FLIGHT);
    OptionRange.check("--connections", connections, 1, MAX_CONNECTIONS);
    if (duration.compareTo(SHORTEST) < 0) {
      throw CliException.usage("--duration must be 1s or more.");
    }
  }

  int inFlight() {
    if (inFlight != null) {
      return inFlight;
    }
    return rate == null ? 64 : 1_000;
  }

  BenchRun.Plan plan() {
    return new BenchRun.Plan(
        rate == null ? new Schedule.Closed() : new Schedule.Open(rate),
        inFlight(),
        warmUp.toNanos(),
        duration.toNanos());
  }

  /** For the heading of the report. */
  String describe() {
    String room = Units.count(inFlight()) + " in flight";
    String pace =
        rate == null
            ? "closed loop, " + room
            : "open loop, " + Units.count(rate) + "/s, at most " + room;
    return pace + ", connections: " + connections;
  }
}
