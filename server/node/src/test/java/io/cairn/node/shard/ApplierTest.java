package io.cairn.node.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.node.metrics.NodeMetrics;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.storage.InMemoryStore;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No record reaches the store before all that stand before it in the log. */
@Timeout(60)
class ApplierTest {
  private static final int MORE_THAN_A_BATCH = (int) StoreWriter.BATCH_BYTES + 1;

  private final InMemoryStore store = new InMemoryStore();
  private final NodeMetrics metrics = new NodeMetrics();
  private final FailStop failStop = new FailStop(failure -> {});
  private final Queue<Input> reports = new ConcurrentLinkedQueue<>();

  @Test
  void recordsGoToTheStoreInOrder() throws Exception {
    Applier applier = applier(store);
    applier.put(record(0, MORE_THAN_A_BATCH));
    applier.put(record(1, 10));
    applier.start();
    applier.stop();
    applier.join();
    assertThat(reports).containsExactly(new Input.Applied(1), new Input.Applied(2));
    assertThat(store.appliedOffset()).isEqualTo(2);
  }

  /**
   * The store refuses until the applier has given up in the middle of what it took, and would take
   * the record that comes next.
   */
  @Test
  void onceItGaveUpNothingMoreIsApplied() throws Exception {
    AtomicReference<Applier> refused = new AtomicReference<>();
    AtomicBoolean accepts = new AtomicBoolean();
    Applier applier =
        applier(
            TestEngines.before(
                store,
                "apply",
                () -> {
                  if (!accepts.get()) {
                    accepts.set(Objects.requireNonNull(refused.get()).isStopping());
                    throw new StoreException(StoreException.Category.BUSY, "planted: behind");
                  }
                }));
    refused.set(applier);
    applier.put(record(0, MORE_THAN_A_BATCH));
    applier.put(record(1, 10));
    applier.start();
    await().until(() -> applier.problemOrNull() != null);
    applier.put(record(2, 10));
    applier.stop();
    applier.join();
    assertThat(reports).isEmpty();
    assertThat(store.appliedOffset()).isZero();
    assertThat(failStop.failureOrNull()).isNull();
  }

  @Test
  void aGapIsAViolation() {
    try (StoreWriter writer = new StoreWriter(0, store)) {
      writer.add(record(0, 10));
      assertThatThrownBy(() -> writer.add(record(2, 10)))
          .isInstanceOf(Invariant.Violation.class)
          .hasMessageContaining("without a gap")
          .hasMessageContaining("2, 1");
    }
  }

  private Applier applier(KeyValueStore target) {
    return new Applier(0, target, failStop, metrics.shard(0), reports::add);
  }

  private static LogRecord record(long offset, int valueBytes) {
    byte[] operation =
        Operation.put(
            ByteSource.of(("k" + offset).getBytes(StandardCharsets.US_ASCII)),
            ByteSource.of(new byte[valueBytes]),
            Operation.NO_CLIENT,
            0);
    return LogRecord.of(LogRecord.Type.DATA, 1, offset, 0, 0, List.of(operation));
  }
}
