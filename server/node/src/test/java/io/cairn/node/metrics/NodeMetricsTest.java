package io.cairn.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private final AtomicLong wallMillis = new AtomicLong(1_000_000);
  private final NodeMetrics metrics = new NodeMetrics(wallMillis::get);

  @Test
  void theLongestCallIsForgottenAfterSomeMinutesOfTicks() {
    metrics.call(NodeMetrics.Call.GET).record(7, TimeUnit.SECONDS);
    assertThat(longestGet()).isEqualTo(7);

    for (int second = 0; second < 600; second++) {
      wallMillis.addAndGet(1_000);
      metrics.tick();
      metrics.call(NodeMetrics.Call.GET).record(1, TimeUnit.SECONDS);
    }

    assertThat(longestGet()).isEqualTo(1);
    metrics.close();
  }

  private double longestGet() {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith("cairn_call_seconds_max{call=\"get\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
