package io.cairn.cli;

import io.cairn.cli.bench.KeySpace;
import io.cairn.cli.bench.ValueSource;
import io.cairn.cli.rows.Row;
import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Puts every key of a benchmark once, and ends with the first failure. */
final class BenchLoad {

  private static final int MAX_PUTS_UNDER_WAY = 512;
  private static final long MAX_BYTES_UNDER_WAY = 8 << 20;

  private final Shell shell;
  private final KeySpace keys;
  private final ValueSource values;
  private final SplittableRandom random;

  BenchLoad(Shell shell, KeySpace keys, BenchDataOptions data) {
    this.shell = shell;
    this.keys = keys;
    this.values = new ValueSource(data.valueSizes(), data.seed);
    this.random = new SplittableRandom(data.seed);
  }

  void run(CairnClient client, ConsistencyLevel level) throws InterruptedException {
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    PutPipeline pipeline =
        new PutPipeline(
            (key, value) -> client.async().put(key, value, level),
            MAX_PUTS_UNDER_WAY,
            MAX_BYTES_UNDER_WAY,
            (number, failure) -> failed.compareAndSet(null, failure));
    try (Progress progress = new Progress(shell, "load")) {
      for (long number = 0; number < keys.count() && failed.get() == null; number++) {
        pipeline.put(new Row(keys.key(number), values.next(random)), number);
        progress.update(pipeline.confirmedRows(), number, keys.count());
      }
      pipeline.awaitAnswers();
    }
    Throwable failure = failed.get();
    if (failure != null) {
      throw CliException.failed(
          "The load failed after %s keys: %s"
              .formatted(Units.count(pipeline.confirmedRows()), failure.getMessage()),
          failure);
    }
  }
}
