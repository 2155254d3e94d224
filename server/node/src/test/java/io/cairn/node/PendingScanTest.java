package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cairn.storage.StoreException;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KeyRange;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.PutRequest;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.Value;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * EVENTUAL reads while some writes are in the store and others only in the log: puts over puts,
 * deletes and range deletes over what is stored and over what is pending, compared with a map.
 */
@Timeout(120)
class PendingScanTest {
  private static final Consistency EVENTUAL = Consistency.CONSISTENCY_EVENTUAL;
  private static final int ROUNDS = 12;
  private static final int READS = 60;

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(20);

  /** Key to version and value. */
  private final TreeMap<String, String> model = new TreeMap<>();

  @Test
  void aScanShowsWhatIsStoredUnderWhatIsPending() throws Exception {
    AtomicReference<FailingEngines> engines = new AtomicReference<>();
    try (CairnNode node = FailingEngines.start(directory, Map.of("shards", "2"), engines)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      FailingEngines failing = Objects.requireNonNull(engines.get());
      for (int round = 0; round < ROUNDS; round++) {
        write(kv, 40, Consistency.CONSISTENCY_STRONG);
        failing.failApplies(StoreException.Category.BUSY);
        write(kv, random.nextInt(40), EVENTUAL);
        for (int i = 0; i < READS; i++) {
          checkScan(kv);
        }
        checkPointReads(kv);
        failing.failApplies(null);
      }
      TestNodes.close(channel);
    }
  }

  private void write(KvGrpc.KvBlockingStub kv, int operations, Consistency level) {
    for (int i = 0; i < operations; i++) {
      String key = randomKey();
      int kind = random.nextInt(100);
      if (kind < 60) {
        String value = "value " + i;
        PutRequest put = TestNodes.put(key, value).toBuilder().setConsistency(level).build();
        model.put(key, kv.put(put).getVersion() + " " + value);
      } else if (kind < 92) {
        kv.delete(DeleteRequest.newBuilder().setKey(bytes(key)).setConsistency(level).build());
        model.remove(key);
      } else {
        KeyRange range = randomRange();
        kv.clear(ClearRequest.newBuilder().setRange(range).setConsistency(level).build());
        within(model, range).clear();
      }
    }
  }

  private void checkScan(KvGrpc.KvBlockingStub kv) {
    ScanRequest request =
        ScanRequest.newBuilder()
            .setConsistency(EVENTUAL)
            .setRange(randomRange())
            .setReverse(random.nextBoolean())
            .setLimit(random.nextInt(4) == 0 ? random.nextInt(1, 6) : 0)
            .setAfter(random.nextInt(3) == 0 ? bytes(randomKey()) : ByteString.EMPTY)
            .build();
    List<String> entries = new ArrayList<>();
    kv.scan(request)
        .forEachRemaining(
            message ->
                message
                    .getEntriesList()
                    .forEach(e -> entries.add(e.getKey().toStringUtf8() + text(e.getValue()))));
    List<String> keys = new ArrayList<>();
    KeysRequest keysRequest =
        KeysRequest.newBuilder()
            .setConsistency(EVENTUAL)
            .setRange(request.getRange())
            .setReverse(request.getReverse())
            .setLimit(request.getLimit())
            .setAfter(request.getAfter())
            .build();
    kv.keys(keysRequest)
        .forEachRemaining(
            message -> message.getKeysList().forEach(key -> keys.add(key.toStringUtf8())));

    NavigableMap<String, String> expected = expected(request);
    assertThat(entries)
        .as("%s", request)
        .isEqualTo(expected.entrySet().stream().map(e -> e.getKey() + e.getValue()).toList());
    assertThat(keys).as("%s", keysRequest).isEqualTo(List.copyOf(expected.keySet()));
  }

  /** What the request must find, in its order. */
  private NavigableMap<String, String> expected(ScanRequest request) {
    NavigableMap<String, String> map = within(model, request.getRange());
    map = request.getReverse() ? map.descendingMap() : map;
    NavigableMap<String, String> expected = new TreeMap<>(map.comparator());
    String after = request.getAfter().toStringUtf8();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      int order = entry.getKey().compareTo(after);
      boolean isBehind = after.isEmpty() || (request.getReverse() ? order < 0 : order > 0);
      if (isBehind && (request.getLimit() == 0 || expected.size() < request.getLimit())) {
        expected.put(entry.getKey(), entry.getValue());
      }
    }
    return expected;
  }

  private void checkPointReads(KvGrpc.KvBlockingStub kv) {
    MultiGetRequest.Builder request = MultiGetRequest.newBuilder().setConsistency(EVENTUAL);
    List<String> found = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String key = key(i);
      request.addKeys(bytes(key));
      GetRequest get = GetRequest.newBuilder().setKey(bytes(key)).setConsistency(EVENTUAL).build();
      found.add(text(kv.get(get).getValue()));
      expected.add(model.getOrDefault(key, text(Value.getDefaultInstance())));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(kv.multiGet(request.build()).getValuesList())
        .extracting(value -> text(value.getValue()))
        .isEqualTo(expected);
  }

  private static String text(Value value) {
    return value.getVersion() + " " + value.getData().toStringUtf8();
  }

  /** 40 keys, a0 to d9. */
  private static String key(int number) {
    return "" + (char) ('a' + number / 10) + number % 10;
  }

  private String randomKey() {
    return key(random.nextInt(40));
  }

  private KeyRange randomRange() {
    String one = randomKey();
    String other = randomKey();
    boolean inOrder = one.compareTo(other) < 0;
    return switch (random.nextInt(5)) {
      case 0 -> KeyRange.getDefaultInstance();
      case 1 -> KeyRange.newBuilder().setPrefix(bytes(one.substring(0, 1))).build();
      case 2 -> KeyRange.newBuilder().setStart(bytes(one)).build();
      case 3 -> KeyRange.newBuilder().setEnd(bytes(one)).build();
      default ->
          KeyRange.newBuilder()
              .setStart(bytes(inOrder ? one : other))
              .setEnd(bytes(inOrder ? other : one))
              .build();
    };
  }

  private static NavigableMap<String, String> within(
      NavigableMap<String, String> map, KeyRange range) {
    String prefix = range.getPrefix().toStringUtf8();
    String start = prefix.isEmpty() ? range.getStart().toStringUtf8() : prefix;
    String end = prefix.isEmpty() ? range.getEnd().toStringUtf8() : prefix + "~";
    return map.subMap(start, true, end.isEmpty() ? "~" : end, false);
  }
}
