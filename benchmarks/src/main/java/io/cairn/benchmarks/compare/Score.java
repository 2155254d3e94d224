package io.cairn.benchmarks.compare;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one run of JMH measured of one benchmark.
 *
 * @param mode how JMH measured: avgt is time for an operation, thrpt is operations in a time
 * @param unit of {@code value}, such as ns/op
 * @param value median over the iterations of all forks
 * @param bytes allocated by one operation; NaN when it was not measured
 */
record Score(String mode, String unit, double value, double bytes) {
  private static final String THROUGHPUT = "thrpt";

  /**
   * Reads the file that JMH writes with {@code -rf json}.
   *
   * @return scores by name, as budgets.txt has it: Class.method(parameter=value,...)
   * @throws JsonParseException when it is something else
   */
  static Map<String, Score> parseAll(String json) {
    Map<String, Score> scores = new LinkedHashMap<>();
    try {
      for (JsonElement each : JsonParser.parseString(json).getAsJsonArray()) {
        JsonObject run = each.getAsJsonObject();
        scores.put(nameOf(run), scoreOf(run));
      }
    } catch (IllegalStateException | NullPointerException | ClassCastException e) {
      throw new JsonParseException("This is not a result of JMH as JSON.", e);
    }
    return scores;
  }

  private static String nameOf(JsonObject run) {
    String benchmark = run.get("benchmark").getAsString();
    String method = benchmark.substring(benchmark.lastIndexOf('.'));
    String type = benchmark.substring(0, benchmark.length() - method.length());
    String name = type.substring(type.lastIndexOf('.') + 1) + method;
    if (!run.has("params")) {
      return name;
    }
    Map<String, JsonElement> parameters = new TreeMap<>(run.getAsJsonObject("params").asMap());
    return parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue().getAsString())
        .collect(Collectors.joining(",", name + "(", ")"));
  }

  private static Score scoreOf(JsonObject run) {
    JsonObject primary = run.getAsJsonObject("primaryMetric");
    JsonObject bytes =
        run.getAsJsonObject("secondaryMetrics").getAsJsonObject("gc.alloc.rate.norm");
    return new Score(
        run.get("mode").getAsString(),
        primary.get("scoreUnit").getAsString(),
        medianOfIterations(primary),
        bytes == null ? Double.NaN : medianOfIterations(bytes));
  }

  private static double medianOfIterations(JsonObject metric) {
    List<Double> iterations = new ArrayList<>();
    JsonArray forks = metric.getAsJsonArray("rawData");
    for (JsonElement fork : forks) {
      fork.getAsJsonArray().forEach(score -> iterations.add(score.getAsDouble()));
    }
    return Statistics.median(iterations);
  }

  boolean isThroughput() {
    return mode.equals(THROUGHPUT);
  }
}
