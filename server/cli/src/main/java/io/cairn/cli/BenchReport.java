package io.cairn.cli;

import com.google.gson.stream.JsonWriter;
import io.cairn.cli.bench.BenchResult;
import io.cairn.cli.bench.Latencies;
import io.cairn.cli.bench.Tally;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A result of {@code cairn bench} as text and as JSON.
 *
 * @param heading what was measured, a line each
 */
record BenchReport(BenchResult result, List<String> heading) {

  private static final double NANOS_PER_MILLI = 1e6;

  void printText(DataOut out) {
    heading.forEach(out::println);
    out.println("");
    Table table =
        new Table(
            "operation", "level", "count", "rate", "mean", "p50", "p90", "p99", "p99.9", "max");
    for (Tally tally : result.tallies()) {
      row(
          table,
          tally.share().kind().word(),
          tally.share().levelWord(),
          tally.latencies(),
          tally.answersInWindow());
    }
    if (result.tallies().size() > 1) {
      row(table, "all", "", result.latencies(), result.answersInWindow());
    }
    table.print(out);
    out.println("");
    out.println("Latencies are in milliseconds, of operations that were answered.");
    printThroughput(out);
    for (Tally tally : result.tallies()) {
      printLosses(out, tally);
    }
    printDelays(out);
  }

  private void row(Table table, String kind, String level, Latencies latencies, long answers) {
    table.row(
        kind,
        level,
        Units.count(latencies.count()),
        Units.rate(answers, result.windowNanos()),
        millis(latencies.meanNanos()),
        millis(latencies.percentileNanos(50)),
        millis(latencies.percentileNanos(90)),
        millis(latencies.percentileNanos(99)),
        millis(latencies.percentileNanos(99.9)),
        millis(latencies.maxNanos()));
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.3f", (double) nanos / NANOS_PER_MILLI);
  }

  private void printThroughput(DataOut out) {
    List<Long> seconds = result.answersBySecond();
    if (!seconds.isEmpty()) {
      out.println(
          "Throughput: %s; the slowest second %s/s, the fastest %s/s."
              .formatted(
                  Units.rate(result.answersInWindow(), result.windowNanos()),
                  Units.count(Collections.min(seconds)),
                  Units.count(Collections.max(seconds))));
    }
  }

  private static void printLosses(DataOut out, Tally tally) {
    String name = tally.share().name();
    if (tally.missing() > 0) {
      out.println(
          "%s: %s found no key; --load writes all keys first."
              .formatted(name, Units.count(tally.missing())));
    }
    tally
        .failures()
        .forEach(
            (reason, count) ->
                out.println("%s: %s failed, %s".formatted(name, Units.count(count), reason)));
    tally
        .unknownOutcomes()
        .forEach(
            (reason, count) ->
                out.println(
                    "%s: outcome of %s unknown, %s".formatted(name, Units.count(count), reason)));
  }

  private void printDelays(DataOut out) {
    Latencies delays = result.sendDelays();
    if (delays.count() > 0) {
      out.println(
          "Sent later than due, which is in the latencies: p50 %s, p99 %s, max %s ms."
              .formatted(
                  millis(delays.percentileNanos(50)),
                  millis(delays.percentileNanos(99)),
                  millis(delays.maxNanos())));
    }
    if (result.unsent() > 0) {
      out.println(
          "%s operations were due and never sent: the rate is more than there was room for. Their"
                  .formatted(Units.count(result.unsent()))
              + " waits are not in the latencies.");
    }
  }

  String json() {
    return Json.object(
        json -> {
          json.name("heading").beginArray();
          for (String line : heading) {
            json.value(line);
          }
          json.endArray();
          json.name("measured_millis").value(TimeUnit.NANOSECONDS.toMillis(result.windowNanos()));
          json.name("interrupted").value(result.interrupted());
          json.name("unsent").value(result.unsent());
          json.name("operations").beginArray();
          for (Tally tally : result.tallies()) {
            writeTally(json, tally);
          }
          json.endArray();
          json.name("all").beginObject();
          writeAnswers(json, result.latencies(), result.answersInWindow());
          writeSeconds(json, result.answersBySecond());
          json.endObject();
          json.name("send_delay_micros");
          writeLatencies(json, result.sendDelays());
        });
  }

  private void writeTally(JsonWriter json, Tally tally) throws IOException {
    json.beginObject();
    json.name("kind").value(tally.share().kind().word());
    json.name("consistency").value(tally.share().levelWord());
    json.name("percent").value(tally.share().percent());
    writeAnswers(json, tally.latencies(), tally.answersInWindow());
    json.name("missing").value(tally.missing());
    writeCounts(json, "failed", tally.failures());
    writeCounts(json, "outcome_unknown", tally.unknownOutcomes());
    List<Long> seconds =
        IntStream.range(0, result.seconds()).mapToObj(tally::answersInSecond).toList();
    writeSeconds(json, seconds);
    json.endObject();
  }

  private void writeAnswers(JsonWriter json, Latencies latencies, long answers) throws IOException {
    json.name("count").value(latencies.count());
    json.name("rate_per_second")
        .value(Math.round(1e9 * answers / Math.max(1, result.windowNanos())));
    json.name("latency_micros");
    writeLatencies(json, latencies);
  }

  private static void writeLatencies(JsonWriter json, Latencies latencies) throws IOException {
    json.beginObject();
    json.name("mean").value(micros(latencies.meanNanos()));
    json.name("p50").value(micros(latencies.percentileNanos(50)));
    json.name("p90").value(micros(latencies.percentileNanos(90)));
    json.name("p99").value(micros(latencies.percentileNanos(99)));
    json.name("p99_9").value(micros(latencies.percentileNanos(99.9)));
    json.name("max").value(micros(latencies.maxNanos()));
    json.endObject();
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  private static void writeCounts(JsonWriter json, String name, Map<String, Long> counts)
      throws IOException {
    json.name(name).beginObject();
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.name(count.getKey()).value(count.getValue());
    }
    json.endObject();
  }

  private static void writeSeconds(JsonWriter json, List<Long> seconds) throws IOException {
    json.name("answers_by_second").beginArray();
    for (long answers : seconds) {
      json.value(answers);
    }
    json.endArray();
  }
}
