package io.cairn.node;

import static io.cairn.node.TestNodes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.node.data.NodeStartException;
import io.cairn.v1.KvGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that others may reach. src/test/resources/tls tells how its certificates were made. */
@Timeout(120)
class TlsTest {
  private static final Path FILES = Path.of("src/test/resources/tls");
  private static final Map<String, String> TLS =
      Map.of(
          "listen", "0.0.0.0:0",
          "tls.certificate", FILES.resolve("server.pem").toString(),
          "tls.key", FILES.resolve("server.key").toString());

  @TempDir Path directory;

  @Test
  void aNodeWithTlsServesClientsThatTrustIt() throws Exception {
    try (CairnNode node = TestNodes.start(directory, TLS)) {
      assertThat(node.firstLines()).anySatisfy(line -> assertThat(line).contains("(TLS)"));
      assertThat(putAndGet(node, trusting().build())).isEqualTo("v");
      ManagedChannel plain = TestNodes.channel(node);
      assertThatThrownBy(() -> KvGrpc.newBlockingStub(plain).put(put("k", "v")))
          .isInstanceOf(StatusRuntimeException.class);
      TestNodes.close(plain);
    }
  }

  @Test
  void aClientAuthorityAdmitsOnlyClientsWithACertificate() throws Exception {
    Map<String, String> settings = new HashMap<>(TLS);
    settings.put("tls.client-ca", FILES.resolve("ca.pem").toString());
    try (CairnNode node = TestNodes.start(directory, settings)) {
      assertThat(
              putAndGet(
                  node,
                  trusting()
                      .keyManager(
                          FILES.resolve("client.pem").toFile(),
                          FILES.resolve("client.key").toFile())
                      .build()))
          .isEqualTo("v");
      assertThatThrownBy(() -> putAndGet(node, trusting().build()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  @Test
  void filesThatAreNoCertificatesAreToldByName() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong.pem"), "not a certificate");
    for (String setting : new String[] {"tls.certificate", "tls.key", "tls.client-ca"}) {
      Map<String, String> settings = new HashMap<>(TLS);
      settings.put(setting, wrong.toString());
      assertThatThrownBy(() -> TestNodes.start(directory.resolve("data"), settings))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining("TLS files cannot be used")
          .hasMessageContaining(setting + " " + wrong)
          .hasMessageNotContaining("null");
    }
    assertThatThrownBy(
            () ->
                TestNodes.start(
                    directory.resolve("data"),
                    Map.of("tls.certificate", "absent.pem", "tls.key", "absent.key")))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("absent.pem");
  }

  private static TlsChannelCredentials.Builder trusting() throws Exception {
    return TlsChannelCredentials.newBuilder().trustManager(FILES.resolve("ca.pem").toFile());
  }

  private static String putAndGet(CairnNode node, ChannelCredentials credentials)
      throws InterruptedException {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", node.ports().client(), credentials).build();
    try {
      KvGrpc.KvBlockingStub kv = KvGrpc.newBlockingStub(channel);
      kv.put(put("k", "v"));
      return TestNodes.get(kv, "k");
    } finally {
      TestNodes.close(channel);
    }
  }
}
