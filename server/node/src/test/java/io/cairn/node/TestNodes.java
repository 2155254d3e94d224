package io.cairn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.cairn.api.FailureStatus;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Small nodes on ports that the system chooses, and a channel to each. */
final class TestNodes {

  private TestNodes() {}

  /** Settings that keep files small, with others in place of some of them. */
  static NodeConfig config(Path directory, Map<String, String> others) {
    Map<String, String> flags = new HashMap<>();
    flags.put("data-dir", directory.toString());
    flags.put("listen", "127.0.0.1:0");
    flags.put("metrics-listen", "127.0.0.1:0");
    flags.put("log.segment-size", "8MiB");
    flags.put("log.max-record", "1280KiB");
    flags.put("log.disk-reserve", "64MiB");
    flags.put("limits.max-unapplied", "4MiB");
    flags.put("storage.block-cache", "8MiB");
    flags.put("storage.write-buffer", "4MiB");
    flags.put("storage.write-memory", "8MiB");
    flags.putAll(others);
    return NodeConfigLoader.load(flags, Map.of(), null).config();
  }

  static CairnNode start(Path directory) {
    return CairnNode.start(config(directory, Map.of()));
  }

  static CairnNode start(Path directory, Map<String, String> others) {
    return CairnNode.start(config(directory, others));
  }

  static ManagedChannel channel(CairnNode node) {
    return NettyChannelBuilder.forAddress("127.0.0.1", node.ports().client())
        .usePlaintext()
        .build();
  }

  static void close(ManagedChannel channel) throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(10, TimeUnit.SECONDS);
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  /** The value as text, or "(absent)". */
  static String get(KvGrpc.KvBlockingStub kv, String key) {
    var response = kv.get(GetRequest.newBuilder().setKey(bytes(key)).build());
    return response.hasValue() ? response.getValue().getData().toStringUtf8() : "(absent)";
  }

  /** How a call failed, which it must. */
  static FailureStatus failureOf(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("the call went well").isNotNull();
    return failureOf(thrown);
  }

  static FailureStatus failureOf(Throwable thrown) {
    return FailureStatus.read(Status.fromThrowable(thrown), Status.trailersFromThrowable(thrown));
  }

  /**
   * What a node's metrics page says.
   *
   * @param series with its labels, as on the page
   */
  static double metric(CairnNode node, String series) throws Exception {
    String page = http(node, "/metrics").body();
    return page.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not on the page:\n" + page));
  }

  static double inFlightBytes(CairnNode node) throws Exception {
    return metric(node, "cairn_in_flight_bytes");
  }

  static HttpResponse<String> http(CairnNode node, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.ports().metrics() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
