package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cairn cluster} on three durable nodes in this process, and a fourth that joins. */
@Timeout(180)
class ClusterCommandsTest {

  @TempDir static Path directory;
  private static TestMembers members;

  @BeforeAll
  static void startNodes() throws IOException {
    members = new TestMembers(directory);
    members.start(4);
    await().atMost(Duration.ofSeconds(30)).until(() -> run("status").out().contains("\n  4 "));
  }

  @AfterAll
  static void stopNodes() {
    members.close();
  }

  /** {@code cairn cluster} and these words. */
  private static Result run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "cluster";
    System.arraycopy(args, 0, all, 1, args.length);
    return members.shell().run(all);
  }

  private static String ok(String... args) {
    Result result = run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private static void awaitHealthy() {
    await().atMost(Duration.ofSeconds(30)).until(() -> run("status").exitCode() == ExitCode.OK);
  }

  private static JsonObject shard(int number) {
    return JsonParser.parseString(run("status", "--json").out())
        .getAsJsonObject()
        .getAsJsonObject("agreed")
        .getAsJsonArray("shards")
        .get(number)
        .getAsJsonObject();
  }

  private static int leader(int shard) {
    return shard(shard).get("leader").getAsInt();
  }

  @Test
  void statusShowsNodesShardsAndFollowers() {
    awaitHealthy();
    String status = ok("status");

    assertThat(status).contains("A STRONG write needs a majority", "All is well.");
    assertThat(status.lines().filter(line -> line.contains("alive, serving"))).hasSize(4);
    assertThat(status.lines().filter(line -> line.contains(", controller"))).hasSize(1);
    assertThat(status).containsPattern("follower +of shard +in sync +connected +behind its leader");
    assertThat(ok("describe")).startsWith("Cluster ");

    String one = members.shell().run("status").out();
    assertThat(one).containsPattern("shard +role +leader +in sync +epoch");
    assertThat(one).containsAnyOf("LEADER", "FOLLOWER");
  }

  @Test
  void aNodeIsAddedAndRemovedWhileOthersServe() {
    awaitHealthy();
    assertThat(members.shell().run("put", "greeting", "hello").exitCode()).isZero();

    assertThat(ok("add", "4"))
        .containsPattern("Shard 0: nodes .*4.* hold it, before it were ")
        .containsPattern("Shard 1: nodes .*4.* hold it, before it were ");
    assertThat(shard(0).getAsJsonArray("replicas").toString()).contains("4");
    assertThat(
            TestNode.shell(members.node(4))
                .run("get", "--consistency", "eventual", "greeting")
                .out())
        .isEqualTo("hello\n");
    assertThat(ok("add", "4")).contains("nothing to do");

    assertThat(ok("remove", "4")).contains("hold it, before it were");
    assertThat(shard(0).getAsJsonArray("replicas").toString()).doesNotContain("4");
    assertThat(ok("remove", "4")).contains("nothing to do");
  }

  @Test
  void aNodeTakesThePlaceOfAnother() {
    awaitHealthy();
    assertThat(ok("replace", "3", "4", "--shards", "1"))
        .containsPattern("Shard 1: nodes .*4.* hold it, before it were .*3")
        .doesNotContain("Shard 0");
    assertThat(shard(1).getAsJsonArray("replicas").toString()).contains("4").doesNotContain("3");
    assertThat(ok("add", "3", "--replacing", "4")).contains("Shard 1");
    assertThat(shard(1).getAsJsonArray("replicas").toString()).contains("3").doesNotContain("4");
  }

  @Test
  void leadershipGoesWhereItIsWanted() {
    awaitHealthy();
    ok("transfer", "--to", "2");
    assertThat(leader(0)).isEqualTo(2);
    assertThat(leader(1)).isEqualTo(2);
    assertThat(ok("transfer", "--to", "2")).contains("nothing to do");
    awaitHealthy();

    assertThat(ok("balance")).contains("before it was node 2");
    assertThat(leader(0)).isNotEqualTo(leader(1));
    assertThat(ok("balance")).contains("nothing to do");
    ok("transfer", "--to", "2");
    awaitHealthy();

    assertThat(ok("drain", "2")).contains("before it was node 2", "Node 2 leads nothing.");
    assertThat(leader(0)).isNotEqualTo(2);
    assertThat(ok("drain", "2")).contains("nothing to do");

    assertThat(run("transfer").exitCode()).isEqualTo(ExitCode.USAGE);
    Result outside = run("transfer", "--to", "4", "--shards", "0");
    assertThat(outside.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(outside.err()).contains("node 4").doesNotContain("\tat ");
  }

  @Test
  void howManyMustBeInSync() {
    assertThat(ok("set-min-insync", "1")).contains("A STRONG write needs 1 of");
    assertThat(ok("status")).contains("A STRONG write needs 1 of");
    assertThat(ok("set-min-insync", "0")).contains("needs a majority of");
    assertThat(ok("set-min-insync", "0")).contains("nothing to do");
  }

  @Test
  void leadersReadByALease() {
    assertThat(ok("set-read-lease", "200ms")).contains("by a lease of 200 ms");
    assertThat(ok("status")).contains("by a lease of 200 ms");
    assertThat(ok("set-read-lease", "200ms")).contains("nothing to do");
    assertThat(ok("set-read-lease", "0")).contains("Every STRONG read asks");
    assertThat(run("set-read-lease", "11s").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("set-read-lease", "soon").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aNodeThatIsGoneIsForgotten() {
    CairnNode fifth = members.start(5);
    await().atMost(Duration.ofSeconds(30)).until(() -> run("status").out().contains("\n  5 "));
    awaitHealthy();
    Result running = run("forget", "5");
    assertThat(running.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(running.err()).contains("node 5 is running");
    fifth.close();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> run("status").out().contains("Node 5 is not alive."));
    assertThat(run("status").exitCode()).isEqualTo(ExitCode.UNHEALTHY);

    assertThat(ok("forget", "5")).contains("Node 5 is forgotten.");
    awaitHealthy();
  }

  @Test
  void whatCannotBeIsASentence() {
    assertThat(run("add", "9").err()).contains("knows no node 9, only 1, 2, 3, 4");
    assertThat(run("add", "4", "--shards", "7").err()).contains("no shard 7, only 0, 1");
    assertThat(ok("cancel-add")).contains("nothing to do");
    assertThat(run("force-leader", "--shard", "0", "3").exitCode()).isEqualTo(ExitCode.USAGE);
    Result needless = run("force-leader", "--shard", "0", "--accept-data-loss", "3");
    assertThat(needless.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run().exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
