package io.cairn.node;

import static io.cairn.node.TestNodes.bytes;
import static io.cairn.node.TestNodes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.node.data.NodeStartException;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.Consistency;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.Entry;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KeyRange;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ScanRequest;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real thing in one process: every call, over gRPC, on log and store on disk. */
class CairnNodeTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Consistency.class,
      names = {"CONSISTENCY_STRONG", "CONSISTENCY_EVENTUAL"})
  void everyCallSeesWhatWasWrittenBefore(Consistency level) throws Exception {
    try (CairnNode node = TestNodes.start(directory, Map.of("shards", "3"))) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      for (int i = 0; i < 100; i++) {
        kv.put(put(key(i), "v" + i).toBuilder().setConsistency(level).build());
      }
      kv.delete(DeleteRequest.newBuilder().setKey(bytes(key(7))).setConsistency(level).build());
      kv.clear(
          ClearRequest.newBuilder()
              .setRange(range(key(10), key(90)))
              .setConsistency(level)
              .build());
      kv.put(put(key(50), "again").toBuilder().setConsistency(level).build());

      GetRequest.Builder get = GetRequest.newBuilder().setConsistency(level);
      assertThat(kv.get(get.setKey(bytes(key(3))).build()).getValue().getData())
          .isEqualTo(bytes("v3"));
      assertThat(kv.get(get.setKey(bytes(key(7))).build()).hasValue()).isFalse();
      assertThat(kv.get(get.setKey(bytes(key(20))).build()).hasValue()).isFalse();
      ExistsRequest.Builder exists = ExistsRequest.newBuilder().setConsistency(level);
      assertThat(kv.exists(exists.setKey(bytes(key(3))).build()).getExists()).isTrue();
      assertThat(kv.exists(exists.setKey(bytes(key(7))).build()).getExists()).isFalse();

      var many =
          kv.multiGet(
              MultiGetRequest.newBuilder()
                  .addKeys(bytes(key(50)))
                  .addKeys(bytes(key(7)))
                  .addKeys(bytes(key(95)))
                  .setConsistency(level)
                  .build());
      assertThat(many.getValues(0).getValue().getData()).isEqualTo(bytes("again"));
      assertThat(many.getValues(1).hasValue()).isFalse();
      assertThat(many.getValues(2).getValue().getData()).isEqualTo(bytes("v95"));

      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        if (i != 7 && (i < 10 || i >= 90 || i == 50)) {
          expected.add(key(i));
        }
      }
      assertThat(keys(kv, KeysRequest.newBuilder().setConsistency(level).build()))
          .isEqualTo(expected);
      assertThat(
              scan(
                  kv,
                  ScanRequest.newBuilder()
                      .setConsistency(level)
                      .setReverse(true)
                      .setLimit(2)
                      .setAfter(bytes(key(98)))
                      .build()))
          .containsExactly(key(97) + "=v97", key(96) + "=v96");
      TestNodes.close(channel);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatWasConfirmedIsThereAfterARestart(int shards) throws Exception {
    Map<String, String> settings = Map.of("shards", Integer.toString(shards));
    long version;
    try (CairnNode node = TestNodes.start(directory, settings)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      for (int i = 0; i < 500; i++) {
        kv.put(put(key(i), "v" + i));
      }
      PutResponse last = kv.put(put(key(1), "new"));
      version = last.getVersion();
      TestNodes.close(channel);
    }
    try (CairnNode node = TestNodes.start(directory)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      var one = kv.get(GetRequest.newBuilder().setKey(bytes(key(1))).build());
      assertThat(one.getValue().getData()).isEqualTo(bytes("new"));
      assertThat(one.getValue().getVersion()).isEqualTo(version);
      assertThat(keys(kv, KeysRequest.getDefaultInstance())).hasSize(500);
      assertThat(kv.put(put(key(1), "newer")).getVersion()).isGreaterThan(version);
      TestNodes.close(channel);
    }
  }

  @Test
  void secondNodeOnTheSameDirectoryIsRefused() {
    try (CairnNode node = TestNodes.start(directory)) {
      assertThatThrownBy(() -> TestNodes.start(directory))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining(node.dataDirectory().toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  private static String key(int i) {
    return String.format("key-%04d", i);
  }

  private static KeyRange range(String start, String end) {
    return KeyRange.newBuilder().setStart(bytes(start)).setEnd(bytes(end)).build();
  }

  private static List<String> keys(KvGrpc.KvBlockingStub kv, KeysRequest request) {
    List<String> keys = new ArrayList<>();
    kv.keys(request)
        .forEachRemaining(
            response -> response.getKeysList().forEach(key -> keys.add(key.toStringUtf8())));
    return keys;
  }

  private static List<String> scan(KvGrpc.KvBlockingStub kv, ScanRequest request) {
    List<String> entries = new ArrayList<>();
    kv.scan(request)
        .forEachRemaining(
            response -> {
              for (Entry entry : response.getEntriesList()) {
                entries.add(
                    entry.getKey().toStringUtf8()
                        + "="
                        + entry.getValue().getData().toStringUtf8());
              }
            });
    return entries;
  }
}
