package io.cairn.replication.metadata;

import io.cairn.replication.metadata.RatisOptions.Peer;
import io.cairn.replication.metadata.RatisOptions.Timing;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast a quorum of three processes is; not a test, and started by its name alone
 * (docs/decisions/0004-ratis.md). The environment's CAIRN_ELECTION_MILLIS sets the shortest
 * election timeout; the longest is twice that.
 */
class RatisFigures {
  private static final int FAILOVERS = 11;
  private static final int IDLE_SECONDS = 20;

  @TempDir Path directory;

  @Test
  void figures() throws Exception {
    List<Integer> ports = Ports.free(3);
    List<Member> members = new ArrayList<>();
    try {
      long begin = System.nanoTime();
      for (int nodeId = 1; nodeId <= 3; nodeId++) {
        members.add(new Member(nodeId, ports, directory));
      }
      members.get(0).ask("propose 1");
      print("first commit of three fresh processes", millisSince(begin));

      latency(members.get(members.get(0).controller() - 1), "change, by the controller");
      latency(members.get(members.get(0).controller() % 3), "change, by another member");
      idle(members);
      failovers(members, ports);
    } finally {
      members.forEach(Member::kill);
    }
  }

  private static void latency(Member member, String name) throws IOException {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long begin = System.nanoTime();
      member.ask("propose " + i);
      if (i >= 100) {
        millis.add(millisSince(begin));
      }
    }
    print(name, millis);
  }

  private static void idle(List<Member> members) throws Exception {
    List<Duration> before = members.stream().map(Member::cpu).toList();
    Thread.sleep(Duration.ofSeconds(IDLE_SECONDS).toMillis());
    List<String> percents = new ArrayList<>();
    for (Member member : members) {
      Duration used = member.cpu().minus(before.get(percents.size()));
      percents.add(String.format("%.1f", used.toMillis() / 10.0 / IDLE_SECONDS));
    }
    System.out.println("idle, percent of a core a member: " + percents);
  }

  private void failovers(List<Member> members, List<Integer> ports) throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < FAILOVERS; i++) {
      int controller = members.get(0).controller();
      Member other = members.get(controller % 3);
      long begin = System.nanoTime();
      members.get(controller - 1).kill();
      other.ask("propose " + i);
      millis.add(millisSince(begin));
      Member back = new Member(controller, ports, directory);
      members.set(controller - 1, back);
      back.ask("propose " + (100 + i));
    }
    print("kill -9 of the controller to the first change by another", millis);
  }

  private static long millisSince(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }

  private static void print(String name, Object millis) {
    if (millis instanceof List<?> list) {
      List<Long> sorted = list.stream().map(value -> (Long) value).sorted().toList();
      String values = sorted.size() > 20 ? "" : " " + sorted;
      System.out.println(
          name
              + ": median "
              + sorted.get(sorted.size() / 2)
              + " ms, worst "
              + sorted.get(sorted.size() - 1)
              + " ms"
              + values);
    } else {
      System.out.println(name + ": " + millis + " ms");
    }
  }

  /** A member in a process of its own, which answers lines. */
  private static final class Member {
    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    Member(int nodeId, List<Integer> ports, Path directory) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(RatisFigures.class.getName());
      command.addAll(List.of(Integer.toString(nodeId), directory.toString()));
      ports.forEach(port -> command.add(Integer.toString(port)));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      questions =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String question) throws IOException {
      questions.write(question + "\n");
      questions.flush();
      String answer = answers.readLine();
      if (answer == null || answer.startsWith("failed")) {
        throw new IOException(question + ": " + answer);
      }
      return answer;
    }

    int controller() throws IOException {
      return Integer.parseInt(ask("controller"));
    }

    Duration cpu() {
      return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    void kill() {
      process.destroyForcibly();
    }
  }

  /** The member's process. */
  public static void main(String[] args) throws Exception {
    List<Peer> peers = new ArrayList<>();
    for (String port : Stream.of(args).skip(2).toList()) {
      peers.add(new Peer(peers.size() + 1, "127.0.0.1", Integer.parseInt(port)));
    }
    int nodeId = Integer.parseInt(args[0]);
    String election = System.getenv().getOrDefault("CAIRN_ELECTION_MILLIS", "");
    Timing timing = Timing.defaults();
    if (!election.isEmpty()) {
      Duration min = Duration.ofMillis(Long.parseLong(election));
      timing = new Timing(min, min.multipliedBy(2), Duration.ofSeconds(20));
    }
    RatisOptions options =
        RatisOptions.of(peers.get(nodeId - 1), peers, "figures", Path.of(args[1], "n" + nodeId))
            .withTiming(
                new Timing(timing.electionMin(), timing.electionMax(), Duration.ofSeconds(20)));
    try (RatisMetadata member = RatisMetadata.start(options);
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        if (line.equals("controller")) {
          System.out.println(member.controllerOrNone());
        } else {
          int replicas = Integer.parseInt(line.substring("propose ".length()));
          try {
            member.propose(Changes.minInsyncReplicas(replicas)).get();
            System.out.println("applied");
          } catch (ExecutionException e) {
            System.out.println("failed " + e);
          }
        }
      }
    }
  }
}
