package io.cairn.replication.metadata;

import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.metadata.RatisOptions.Peer;
import io.cairn.replication.metadata.RatisOptions.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Members of a quorum in this process; members may come and go. */
final class RatisCluster implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** The defaults, but a machine that is busy otherwise is no failure. */
  private static final Timing PATIENT =
      new Timing(
          Timing.defaults().electionMin(), Timing.defaults().electionMax(), LIMIT.minusSeconds(1));

  final List<Peer> peers;
  private final int founders;
  private final Path directory;
  private final UnaryOperator<RatisOptions> options;
  private final SortedMap<Integer, RatisMetadata> running = new TreeMap<>();

  /**
   * @param addresses how many members there may be
   * @param founders how many of them begin; the others join
   */
  RatisCluster(int addresses, int founders, Path directory, UnaryOperator<RatisOptions> options)
      throws IOException {
    this.founders = founders;
    this.directory = directory;
    this.options = options;
    List<Peer> all = new ArrayList<>();
    for (int port : Ports.free(addresses)) {
      all.add(new Peer(all.size() + 1, "127.0.0.1", port));
    }
    peers = List.copyOf(all);
  }

  static RatisCluster ofThree(Path directory) throws IOException {
    RatisCluster cluster = new RatisCluster(3, 3, directory, options -> options);
    cluster.startAll(1, 2, 3);
    return cluster;
  }

  RatisMetadata start(int nodeId) throws IOException {
    RatisMetadata member = RatisMetadata.start(options(nodeId));
    running.put(nodeId, member);
    return member;
  }

  /** One that asks this whether its disk is full, whenever something failed and once a second. */
  RatisMetadata startOnDisk(int nodeId, BooleanSupplier isFull) throws IOException {
    RatisMetadata member = RatisMetadata.waiting(options(nodeId), cause -> isFull.getAsBoolean());
    running.put(nodeId, member);
    member.begin();
    return member;
  }

  /** Where a member keeps its log. */
  Path log(int nodeId) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("n" + nodeId), 2)) {
      return files.filter(path -> path.endsWith("current")).findFirst().orElseThrow();
    }
  }

  RatisMetadata waiting(int nodeId) {
    RatisMetadata member = RatisMetadata.waiting(options(nodeId));
    running.put(nodeId, member);
    return member;
  }

  RatisMetadata join(int nodeId) throws IOException {
    RatisMetadata member = waiting(nodeId);
    member.join();
    return member;
  }

  RatisOptions options(int nodeId) {
    List<Peer> begun = nodeId <= founders ? peers.subList(0, founders) : List.of();
    return options.apply(
        RatisOptions.of(peers.get(nodeId - 1), begun, "test", directory.resolve("n" + nodeId))
            .withTiming(PATIENT));
  }

  void wipe(int nodeId) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("n" + nodeId))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  void startAll(int... nodeIds) throws IOException {
    for (int nodeId : nodeIds) {
      start(nodeId);
    }
  }

  void stop(int nodeId) {
    RatisMetadata member = running.remove(nodeId);
    if (member != null) {
      member.close();
    }
  }

  RatisMetadata member(int nodeId) {
    RatisMetadata member = running.get(nodeId);
    if (member == null) {
      throw new IllegalStateException("node " + nodeId + " does not run");
    }
    return member;
  }

  RatisMetadata any() {
    return member(running.firstKey());
  }

  Collection<RatisMetadata> members() {
    return running.values();
  }

  /** The controller, once there is one. */
  int controller() {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                running.entrySet().stream()
                    .filter(entry -> entry.getValue().isController())
                    .mapToInt(Map.Entry::getKey)
                    .findFirst()
                    .orElse(0),
            nodeId -> nodeId != 0);
  }

  ClusterMetadata apply(MetadataChange change) throws Exception {
    return applyBy(any(), change);
  }

  static ClusterMetadata applyBy(RatisMetadata member, MetadataChange change) throws Exception {
    return ((Applied) member.propose(change).get(LIMIT.toSeconds(), TimeUnit.SECONDS)).metadata();
  }

  void awaitAllKnow(ClusterMetadata metadata) {
    await()
        .atMost(LIMIT)
        .until(() -> members().stream().allMatch(member -> member.current().equals(metadata)));
  }

  @Override
  public void close() {
    List.copyOf(running.keySet()).forEach(this::stop);
  }
}
