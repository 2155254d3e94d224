package io.cairn.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.node.config.Address;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServerTest {

  /** More than there are threads: they hold all of them, but not for ever. */
  @Test
  void requestsThatNeverEndDoNotKeepTheOthersFromTheirAnswers() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try (MetricsServer server =
        new MetricsServer(new Address("127.0.0.1", 0), () -> "", List::of, List::of)) {
      for (int i = 0; i < 6; i++) {
        Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port());
        halves.add(half);
        half.getOutputStream().write("GET /livez HTT".getBytes(StandardCharsets.US_ASCII));
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/livez"))
              .timeout(Duration.ofSeconds(30))
              .build();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.body()).isEqualTo("ok\n");
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }
}
