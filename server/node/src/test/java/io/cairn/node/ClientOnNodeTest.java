package io.cairn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.DistributedKVStore;
import io.cairn.client.InvalidRequestException;
import io.cairn.client.ScanOptions;
import io.cairn.client.VersionedValue;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client and the node together: over the network, and embedded. */
class ClientOnNodeTest {

  @TempDir Path directory;

  /** A program that never closes its store. */
  static final class Sample {
    public static void main(String[] args) {
      DistributedKVStore store = new DistributedKVStore();
      store.put("key1", "value1", ConsistencyLevel.STRONG);
      String value = store.get("key1");
      store.delete("key1", ConsistencyLevel.EVENTUAL);
      store.put("key2", value + "!");
    }
  }

  @Test
  void theSampleEndsByItselfAndLosesNothing() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "-Dcairn.data.dir=" + directory));
    command.add(Sample.class.getName());
    Path output = directory.resolveSibling(directory.getFileName() + "-output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().remove("CAIRN_DATA_DIR");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }

    try (DistributedKVStore store = DistributedKVStore.open(directory)) {
      assertThat(store.get("key1")).isNull();
      assertThat(store.get("key2")).isEqualTo("value1!");
      assertThat(store.keys()).containsExactly("key2");
      store.clear();
      assertThat(store.keys()).isEmpty();
    }
  }

  @Test
  void writesGoOnOverARestartOfTheNode() {
    CairnNode node = TestNodes.start(directory);
    int port = node.ports().client();
    try (CairnClient client = CairnClient.connect("127.0.0.1:" + port)) {
      client.put(bytes("before"), bytes("1"));
      node.close();
      CompletableFuture<Long> meanwhile = client.async().put(bytes("meanwhile"), bytes("2"));
      node = TestNodes.start(directory, Map.of("listen", "127.0.0.1:" + port));

      assertThat(meanwhile.join()).isPositive();
      client.put(bytes("after"), bytes("3"), ConsistencyLevel.EVENTUAL);
      assertThat(client.multiGet(List.of(bytes("before"), bytes("meanwhile"), bytes("after"))))
          .extracting(found -> Objects.requireNonNull(found).text())
          .containsExactly("1", "2", "3");
    } finally {
      node.close();
    }
  }

  @Test
  void writesBegunWhileTheNodeIsAwayAreNotTakenForOldOnes() {
    Map<String, String> settings = Map.of("retry-window", "100", "shards", "1");
    CairnNode node = TestNodes.start(directory, settings);
    int port = node.ports().client();
    ManagedChannel channel = TestNodes.channel(node);
    try (CairnClient client = CairnClient.builder().channel(() -> channel).build()) {
      for (int i = 0; i < 300; i++) {
        client.put(bytes("key"), bytes("before"), ConsistencyLevel.EVENTUAL);
      }
      List<CompletableFuture<Long>> writes = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        writes.add(client.async().put(bytes("under way " + i), bytes("1")));
      }
      node.close();
      await().until(() -> channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE);
      for (int i = 0; i < 25; i++) {
        writes.add(client.async().put(bytes("begun meanwhile " + i), bytes("2")));
      }
      Map<String, String> samePlace = new HashMap<>(settings);
      samePlace.put("listen", "127.0.0.1:" + port);
      node = TestNodes.start(directory, samePlace);

      assertThat(writes).allSatisfy(write -> assertThat(write.join()).isGreaterThanOrEqualTo(300));
    } finally {
      node.close();
    }
  }

  @Test
  void aScanOverAllShardsIsInOrderFromWhereverItStarts() {
    try (CairnNode node = TestNodes.start(directory, Map.of("shards", "3"));
        CairnClient client = CairnClient.connect("127.0.0.1:" + node.ports().client())) {
      List<CompletableFuture<Long>> puts = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        puts.add(client.async().put(bytes("%04d".formatted(i)), new byte[1000]));
      }
      puts.forEach(CompletableFuture::join);

      assertThat(keys(client, ScanOptions.all())).hasSize(900).isSorted();
      assertThat(keys(client, ScanOptions.all().after(bytes("0890")))).hasSize(9).isSorted();
      assertThat(keys(client, ScanOptions.all().reversed().after(bytes("0002"))))
          .containsExactly("0001", "0000");
    }
  }

  @Test
  void limitsAreTheSameOnBothSides() {
    try (CairnNode node = TestNodes.start(directory);
        CairnClient client = CairnClient.connect("127.0.0.1:" + node.ports().client())) {
      byte[] largest = new byte[client.status().getLimits().getMaxValueBytes()];
      byte[] longest = new byte[client.status().getLimits().getMaxKeyBytes()];

      client.put(longest, largest);
      assertThat(client.get(longest)).extracting(VersionedValue::value).isEqualTo(largest);
      assertThatThrownBy(() -> client.put(longest, new byte[largest.length + 1]))
          .isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(() -> client.get(new byte[longest.length + 1]))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("the limit");
      assertThatThrownBy(() -> client.get(new byte[0])).isInstanceOf(InvalidRequestException.class);
    }
  }

  private static List<String> keys(CairnClient client, ScanOptions options) {
    List<String> keys = new ArrayList<>();
    try (CloseableIterator<byte[]> scan = client.keys(options)) {
      scan.forEachRemaining(key -> keys.add(new String(key, StandardCharsets.UTF_8)));
    }
    return keys;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
