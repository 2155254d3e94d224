package io.cairn.node.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.TestMetadata;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.storage.InMemoryStore;
import io.cairn.storage.KeyValueStore;
import io.cairn.storage.StoreException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ShardsTest {
  private static final NodeConfig CONFIG =
      NodeConfigLoader.load(Map.of("storage.flush-after", "1MiB"), Map.of(), null).config();

  @TempDir Path directory;

  private final FailStop failStop = new FailStop(failure -> {});

  @Test
  void aStoreThatCannotBeFlushedIsToldOnce() {
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Shards.class);
    events.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(events);
    AtomicInteger flushes = new AtomicInteger();
    KeyValueStore store =
        TestEngines.before(
            new InMemoryStore(),
            "flush",
            () -> {
              if (flushes.incrementAndGet() <= 3) {
                throw new StoreException(StoreException.Category.NO_SPACE, "planted: full");
              }
            });
    Shards shards = open(new TestEngines(directory, store));
    try {
      for (int i = 0; i < 3; i++) {
        put(shards.all().get(0), 400 << 10);
      }
      await().until(() -> flushes.get() > 3);
    } finally {
      shards.stop(1_000);
      logger.detachAppender(events);
      logger.setLevel(null);
    }
    assertThat(events.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(message -> message.contains("flushed"))
        .containsExactly(
            "Shard 0: its store cannot be flushed: planted: full",
            "Shard 0: its store is flushed again");
  }

  /** One after the other, each once the one before is confirmed: nobody waits for the store. */
  @Test
  void smallWritesGoToTheStoreTogether() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    KeyValueStore store =
        TestEngines.before(new InMemoryStore(), "apply", batches::incrementAndGet);
    Shards shards = open(new TestEngines(directory, store));
    int writes = 1_000;
    for (int i = 0; i < writes; i++) {
      CountDownLatch confirmed = new CountDownLatch(1);
      put(shards.all().get(0), 10, confirmed::countDown);
      assertThat(confirmed.await(30, TimeUnit.SECONDS)).isTrue();
    }
    shards.stop(60_000);
    assertThat(shards.all().get(0).status().appliedOffset()).isGreaterThan(writes);
    // A tick, which brings what has gathered to the store, takes far longer than a write.
    assertThat(batches).hasValueLessThan(writes / 2);
  }

  /** An Error is one, too. */
  @Test
  void whatFailsToOpenIsClosedAgain() {
    AtomicInteger closed = new AtomicInteger();
    KeyValueStore store = TestEngines.before(new InMemoryStore(), "close", closed::incrementAndGet);
    TestEngines failing =
        new TestEngines(directory, store) {
          @Override
          public ReplicaLog openLog(int shard) {
            Invariant.check(false, "planted");
            return super.openLog(shard);
          }
        };
    assertThatThrownBy(() -> open(failing)).isInstanceOf(Invariant.Violation.class);
    assertThat(closed).hasValue(1);
  }

  private Shards open(Engines engines) {
    return open(CONFIG, engines, failStop);
  }

  /** One shard, led by this process alone. */
  static Shards open(NodeConfig config, Engines engines, FailStop failStop) {
    ProcessId self = TestMetadata.process(1);
    Shards shards =
        Shards.open(1, config, engines, failStop, new NodeMetrics(), ReplicaLinks.NONE, self, true);
    shards.all().get(0).onMetadata(TestMetadata.alone(self, 1));
    shards.awaitServing();
    return shards;
  }

  private static void put(Shard shard, int valueBytes) {
    put(shard, valueBytes, () -> {});
  }

  private static void put(Shard shard, int valueBytes, Runnable then) {
    ReplyLane lane = new ReplyLane(0, Runnable::run, () -> false);
    shard.propose(
        new Proposal(
            Operation.put(
                ByteSource.of(new byte[] {1}),
                ByteSource.of(new byte[valueBytes]),
                Operation.NO_CLIENT,
                0),
            Consistency.STRONG,
            Operation.NO_CLIENT,
            0,
            0,
            true,
            new PendingCall(lane, System.nanoTime()) {
              @Override
              protected void answer(WriteResult result) {
                then.run();
              }
            }),
        lane);
  }
}
