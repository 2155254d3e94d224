package io.cairn.node.metrics;

import io.cairn.api.Failure;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** All meters of a node, in one registry. Any thread. */
public final class NodeMetrics implements AutoCloseable {

  /** What is asked of the node, for its own timer each. */
  public enum Call {
    GET,
    MULTI_GET,
    EXISTS,
    PUT,
    DELETE,
    CLEAR,
    SCAN,
    KEYS
  }

  private static final Duration[] LATENCIES = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  private final TickingClock clock;
  private final PrometheusMeterRegistry registry;
  private final Map<Call, Timer> calls = new EnumMap<>(Call.class);
  private final Map<Failure, Counter> refused = new EnumMap<>(Failure.class);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  /** What is to be looked at anew before each answer. */
  private final List<Runnable> refreshed = new CopyOnWriteArrayList<>();

  public NodeMetrics() {
    this(System::currentTimeMillis);
  }

  NodeMetrics(LongSupplier wallMillis) {
    clock = new TickingClock(wallMillis);
    registry =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
    for (Call call : Call.values()) {
      calls.put(
          call,
          Timer.builder("cairn.call")
              .description("Time from a request's arrival to its answer, of those that succeeded")
              .tag("call", call.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(LATENCIES)
              .register(registry));
    }
    for (Failure failure : Failure.values()) {
      if (failure.isOnTheWire()) {
        refused.put(
            failure,
            Counter.builder("cairn.refused")
                .description("Requests that were answered with an error")
                .tag("reason", failure.name())
                .register(registry));
      }
    }
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  public ShardMetrics shard(int shard) {
    return new ShardMetrics(registry, shard);
  }

  public Timer call(Call call) {
    return Objects.requireNonNull(calls.get(call));
  }

  public void refused(Failure failure) {
    Counter counter = refused.get(failure);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Registers a value of the node that is read when somebody asks. */
  public <T> void gauge(
      String name, String unit, String meaning, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value)
        .description(meaning)
        .baseUnit(unit.isEmpty() ? null : unit)
        .strongReference(true)
        .register(registry);
  }

  /** The same for a value of one shard. */
  public <T> void shardGauge(
      int shard, String name, String unit, String meaning, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value)
        .description(meaning)
        .baseUnit(unit.isEmpty() ? null : unit)
        .tag("shard", Integer.toString(shard))
        .strongReference(true)
        .register(registry);
  }

  /**
   * The same where the shard has a value for each of some others, which come and go.
   *
   * @param label that names the other
   */
  public void shardGauges(
      int shard, String name, String meaning, String label, Supplier<Map<String, Double>> values) {
    MultiGauge gauges =
        MultiGauge.builder(name)
            .description(meaning)
            .tag("shard", Integer.toString(shard))
            .register(registry);
    refreshed.add(
        () -> {
          List<MultiGauge.Row<?>> rows = new ArrayList<>();
          values
              .get()
              .forEach((of, value) -> rows.add(MultiGauge.Row.of(Tags.of(label, of), value)));
          gauges.register(rows, true);
        });
  }

  /** Time has passed. */
  public void tick() {
    clock.tick();
  }

  /** In Prometheus' text format. */
  public synchronized String scrape() {
    refreshed.forEach(Runnable::run);
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  /**
   * Tells the time of the last tick. Each timer asks for it twice a call, to know when its maximum
   * is too old; that must not cost more than the counting.
   */
  private static final class TickingClock implements Clock {
    private final LongSupplier wallMillis;
    private volatile long latest;

    TickingClock(LongSupplier wallMillis) {
      this.wallMillis = wallMillis;
      tick();
    }

    void tick() {
      latest = wallMillis.getAsLong();
    }

    @Override
    public long wallTime() {
      return latest;
    }

    @Override
    public long monotonicTime() {
      return System.nanoTime();
    }
  }
}
