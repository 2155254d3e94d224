package io.cairn.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.api.Sharding;
import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.KeyRange;
import io.cairn.client.VersionedValue;
import io.cairn.reliability.Recorder.Told;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The keys of a round, each a register that many clients write and read, each value once. */
final class Registers {
  private static final int KEYS = 240;

  /** Some are used by many at the same time. */
  private static final int HOT_KEYS = 8;

  private static final int KEYS_OF_A_CLEAR = 10;
  private static final int CALLS_PER_CLEAR = 1_500;
  private static final long PAUSE_MILLIS = 2;

  private final String prefix;
  private final Recorder recorder;
  private final AtomicLong values = new AtomicLong();

  Registers(String prefix, Recorder recorder) {
    this.prefix = prefix;
    this.recorder = recorder;
  }

  List<String> keys() {
    return IntStream.range(0, KEYS).mapToObj(this::key).toList();
  }

  String prefix() {
    return prefix;
  }

  Recorder recorder() {
    return recorder;
  }

  private String key(int index) {
    return String.format("%s%03d", prefix, index);
  }

  /** A key of that shard. */
  String keyOf(int shard) {
    return keys().stream()
        .filter(key -> Sharding.shardOf(key.getBytes(UTF_8), FaultyCluster.SHARDS) == shard)
        .findFirst()
        .orElseThrow();
  }

  String nextValue() {
    return "v" + values.incrementAndGet();
  }

  String anyKey(Random random) {
    return key(random.nextInt(random.nextInt(4) == 0 ? HOT_KEYS : KEYS));
  }

  boolean put(CairnClient client, long name, String key, boolean strong) {
    String value = nextValue();
    return recorder.record(
        name,
        key,
        Action.write(value),
        strong ? Consistency.STRONG : Consistency.EVENTUAL,
        () -> Told.done(client.put(key.getBytes(UTF_8), value.getBytes(UTF_8), level(strong))));
  }

  boolean get(CairnClient client, long name, String key, boolean strong) {
    return recorder.record(
        name,
        key,
        Action.read(),
        strong ? Consistency.STRONG : Consistency.EVENTUAL,
        () -> {
          VersionedValue value = client.get(key.getBytes(UTF_8), level(strong));
          return value == null
              ? Told.value(null, Told.NO_VERSION)
              : Told.value(value.text(), value.version());
        });
  }

  private void delete(CairnClient client, long name, String key) {
    recorder.record(
        name,
        key,
        Action.delete(),
        Consistency.STRONG,
        () -> Told.done(client.delete(key.getBytes(UTF_8), ConsistencyLevel.STRONG)));
  }

  private void clear(CairnClient client, long name, Random random) {
    int first = random.nextInt(KEYS - KEYS_OF_A_CLEAR);
    String start = key(first);
    String end = key(first + KEYS_OF_A_CLEAR);
    recorder.record(
        name,
        start,
        Action.clear(end),
        Consistency.STRONG,
        () -> {
          client.clear(
              KeyRange.between(start.getBytes(UTF_8), end.getBytes(UTF_8)),
              ConsistencyLevel.STRONG);
          return Told.done(Told.NO_VERSION);
        });
  }

  private static ConsistencyLevel level(boolean strong) {
    return strong ? ConsistencyLevel.STRONG : ConsistencyLevel.EVENTUAL;
  }

  /** Threads that use the registers until they are stopped. */
  final class Users {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** Several threads of each client. */
    Users(List<CairnClient> clients, int threadsOfEach, Random random) {
      for (CairnClient client : clients) {
        for (int i = 0; i < threadsOfEach; i++) {
          int name = threads.size() + 1;
          Random own = new Random(random.nextLong());
          Thread thread = new Thread(() -> use(client, name, own), "client-" + name);
          thread.setDaemon(true);
          threads.add(thread);
        }
      }
      threads.forEach(Thread::start);
    }

    private void use(CairnClient client, long name, Random random) {
      while (!stopping) {
        once(client, name, random);
        NodeProcess.pauseMillis(PAUSE_MILLIS);
      }
    }

    private void once(CairnClient client, long name, Random random) {
      if (random.nextInt(CALLS_PER_CLEAR) == 0) {
        clear(client, name, random);
        return;
      }
      String key = anyKey(random);
      int percent = random.nextInt(100);
      if (percent < 35) {
        get(client, name, key, true);
      } else if (percent < 65) {
        put(client, name, key, true);
      } else if (percent < 72) {
        delete(client, name, key);
      } else if (percent < 85) {
        put(client, name, key, false);
      } else {
        get(client, name, key, false);
      }
    }

    /** Returns when all calls have been answered. */
    void stop() throws InterruptedException {
      stopping = true;
      for (Thread thread : threads) {
        thread.join(120_000);
        if (thread.isAlive()) {
          throw new IllegalStateException("a call of " + thread.getName() + " got no answer");
        }
      }
    }
  }
}
