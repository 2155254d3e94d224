package io.cairn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.v1.KvGrpc;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/metrics.md is made from what a node exports. Run with {@code -Dcairn.docs.rewrite=true} to
 * write it anew.
 */
class MetricsDocsTest {
  private static final Path DOCS = Path.of("../../docs/metrics.md");
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (cairn_\\S+) (.*)$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (cairn_\\S+) (\\S+)$");

  @TempDir Path directory;

  @Test
  void theDocumentationListsEveryMetric() throws Exception {
    String scraped;
    try (CairnNode node = TestNodes.start(directory)) {
      ManagedChannel channel = TestNodes.channel(node);
      KvGrpc.newBlockingStub(channel).put(TestNodes.put("k", "v"));
      scraped =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + node.ports().metrics() + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      TestNodes.close(channel);
    }
    String expected = markdown(scraped);
    if (Boolean.getBoolean("cairn.docs.rewrite")) {
      Files.writeString(DOCS, expected);
    }
    assertThat(DOCS).hasContent(expected);
  }

  private static String markdown(String scraped) {
    TreeMap<String, String> meanings = new TreeMap<>();
    Matcher help = HELP.matcher(scraped);
    while (help.find()) {
      meanings.put(help.group(1), help.group(2));
    }
    TreeMap<String, String> types = new TreeMap<>();
    Matcher type = TYPE.matcher(scraped);
    while (type.find()) {
      types.put(type.group(1), type.group(2));
    }
    StringBuilder text =
        new StringBuilder(
            """
            # Metrics

            A node serves Prometheus' text format at `http://<metrics-listen>/metrics` (default 127.0.0.1:7480), and beside it
            `/livez` (200 until something failed that only a restart can mend) and `/readyz` (200 while it should get
            requests). Units stand last in a name; offsets are ends, none is included. Besides the metrics below there are
            those of the Java virtual machine (`jvm_*`, `process_*`, `system_*`).

            The write path has five stages (label `stage` of `cairn_stage_seconds`), each recorded once for a group of writes:
            `queue` (until the replica thread takes the group), `append` (into the log's memory), `fsync`, `apply` (into the
            store) and `reply` (until the answers are with the network).

            This page is compared with the code by `MetricsDocsTest`, which can also write it anew.

            | Metric | Type | Meaning |
            |---|---|---|
            """);
    types.forEach(
        (name, kind) ->
            text.append("| `")
                .append(name)
                .append("` | ")
                .append(kind)
                .append(" | ")
                .append(meanings.getOrDefault(name, ""))
                .append(" |\n"));
    text.append(
        """

        A leader has besides, for each follower, with the labels `shard` and `follower` (the node's number):

        | Metric | Type | Meaning |
        |---|---|---|
        | `cairn_follower_lag_operations` | gauge | Operations that the follower has not acknowledged |
        | `cairn_follower_lag_seconds` | gauge | Since when it lacks something; 0 when it lacks nothing |

        ## What to watch

        - `cairn_problems` above 0: `cairn status` tells each problem in a sentence.
        - `cairn_stage_seconds{stage="fsync"}`: the disk. Its tail is every STRONG write's tail.
        - `cairn_refused_total{reason="OVERLOADED"}` or `"DISK_FULL"` growing: clients are turned away.
        - `max by (shard) (cairn_follower_lag_seconds)`: a follower that stays behind makes STRONG writes wait until it leaves
          the in-sync replicas.
        - `cairn_log_end_offset - cairn_applied_offset`: writes that the store has yet to take.
        - `cairn_log_end_offset - cairn_flushed_offset`: writes that a start after a crash replays.
        """);
    return text.toString();
  }
}
