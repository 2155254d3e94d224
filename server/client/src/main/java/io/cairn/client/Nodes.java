package io.cairn.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the client can talk to: those it was told of when it was made (the seeds), and
 * those of the cluster that these told it of. What any node can do is asked of the preferred one
 * until that fails; then the next in turn is. Thread-safe.
 */
final class Nodes implements AutoCloseable {

  /** Beyond it addresses are not believed: each costs a channel. */
  private static final int MAX_NODES = 256;

  private final List<Node> seeds;

  /** Makes the node of an address; null when the address is malformed. */
  private final Function<String, @Nullable Node> opener;

  private volatile Node preferred;

  /** Where any node will do, in turn. */
  private volatile List<Node> candidates;

  private final Map<String, Node> byAddress = new HashMap<>(); // guarded by this
  private final Map<Integer, Seed> seedOf = new HashMap<>(); // guarded by this
  private final Set<Node> retired = new LinkedHashSet<>(); // guarded by this
  private boolean closed; // guarded by this

  /** A seed that answered as a node whose address is written in another way. */
  private record Seed(Node node, String address) {}

  Nodes(List<Node> seeds, Function<String, @Nullable Node> opener) {
    this.seeds = List.copyOf(seeds);
    this.opener = opener;
    this.candidates = this.seeds;
    this.preferred = this.seeds.get(0);
    seeds.forEach(seed -> byAddress.put(seed.name(), seed));
  }

  /** How many there are to try in turn. */
  int size() {
    return candidates.size();
  }

  Node preferred() {
    return preferred;
  }

  /** What any node can do is asked of this one from now on. */
  synchronized void prefer(Node node) {
    if (candidates.contains(node)) {
      preferred = node;
    }
  }

  /** A call failed at a node: the next ones go elsewhere, unless they do already. */
  void leave(Node node) {
    leave(node, Set.of());
  }

  /**
   * The next ones go elsewhere.
   *
   * @param avoided not there either, when there is any other
   */
  synchronized void leave(Node node, Set<Node> avoided) {
    if (!preferred.equals(node)) {
      return;
    }
    int at = candidates.indexOf(node);
    for (int i = 1; i <= candidates.size(); i++) {
      Node next = candidates.get((at + i) % candidates.size());
      if (!avoided.contains(next)) {
        preferred = next;
        return;
      }
    }
  }

  /**
   * The node of an address that another node named.
   *
   * @param by who named it, and is therefore not it
   * @return null when it cannot be used
   */
  synchronized @Nullable Node namedOrNull(String address, Node by) {
    for (Seed seed : seedOf.values()) {
      if (seed.address.equals(address) && !seed.node.equals(by)) {
        return seed.node;
      }
    }
    return atOrNull(address);
  }

  private @Nullable Node atOrNull(String address) {
    Node node = byAddress.get(address);
    if (node == null && byAddress.size() < MAX_NODES && !closed) {
      node = opener.apply(address);
      if (node != null) {
        byAddress.put(address, node);
      }
    }
    return node;
  }

  /**
   * Takes over the nodes of a cluster, and lets go of all others but the seeds. A seed by which a
   * node was reached stays the way to it, however the node's own address is written: it works.
   *
   * @param addresses by node id
   * @param from who told
   * @param fromId its node id; 0 when it is not among them
   * @return the nodes that can be reached, by node id
   */
  Map<Integer, Node> adopt(Map<Integer, String> addresses, Node from, int fromId) {
    List<Node> left = new ArrayList<>();
    Map<Integer, Node> members = adopt(addresses, from, fromId, left);
    left.forEach(Node::retire); // without the lock: calls may end within
    return members;
  }

  private synchronized Map<Integer, Node> adopt(
      Map<Integer, String> addresses, Node from, int fromId, List<Node> left) {
    if (fromId != 0 && seeds.contains(from) && !addresses.containsValue(from.name())) {
      seedOf.values().removeIf(seed -> seed.node.equals(from)); // it may lead to several in turn
      seedOf.put(fromId, new Seed(from, addresses.getOrDefault(fromId, "")));
    }
    seedOf.entrySet().removeIf(e -> !e.getValue().address.equals(addresses.get(e.getKey())));
    Map<Integer, Node> members = new LinkedHashMap<>();
    addresses.forEach(
        (id, address) -> {
          Seed seed = seedOf.get(id);
          Node node = seed == null ? atOrNull(address) : seed.node;
          if (node != null) {
            members.put(id, node);
          }
        });
    Set<Node> kept = new LinkedHashSet<>(members.values());
    kept.addAll(seeds);
    byAddress.values().stream().filter(node -> !kept.contains(node)).forEach(left::add);
    byAddress.values().retainAll(kept);
    retired.addAll(left);
    retired.removeIf(Node::isTerminated);
    candidates = List.copyOf(kept);
    if (!kept.contains(preferred)) {
      preferred = kept.contains(from) ? from : candidates.get(0);
    }
    return members;
  }

  /** Breaks off what is under way; returns when the channels are down, or after a second. */
  @Override
  public void close() {
    Collection<Node> all = allAtEnd();
    all.forEach(Node::close);
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    try {
      for (Node node : all) {
        node.awaitTermination(Math.max(0, deadlineNanos - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Collection<Node> allAtEnd() {
    closed = true;
    List<Node> all = new ArrayList<>(byAddress.values());
    all.addAll(retired);
    return all;
  }
}
