package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which node a call goes to, and when it goes there again. What only the leader of a shard can do
 * goes to the node that the map names; when that does not lead, to the one that it names itself, at
 * once the first time, then with pauses; when nobody knows, the map is fetched while the call
 * waits, and the call goes on as soon as the map names another node, or another call has found the
 * leader. All else goes to the preferred node, and to the next in turn when that fails.
 *
 * <p>A superclass rather than a part of each call, which would be one more object for each.
 */
abstract class RoutedCall<R extends @Nullable Object> extends CompletableFuture<R> {

  /** In place of a key's hash: the call has nothing to do with a shard. */
  static final long NO_SHARD = -1;

  /** In place of a shard. */
  static final int NONE = -1;

  final Connection connection;
  private final long keyHash;
  private final boolean toLeader;

  private @Nullable Node named;
  private @Nullable Node failed;
  private boolean awaitsLeader;
  private int soughtShard = NONE;
  private int redirections;
  private int lostNodes;
  private int pauses;

  /**
   * @param keyHash of the key whose shard it concerns; a shard's number will do; or {@link
   *     #NO_SHARD}
   * @param toLeader whether only the shard's leader can do it
   */
  RoutedCall(Connection connection, long keyHash, boolean toLeader) {
    this.connection = connection;
    this.keyHash = keyHash;
    this.toLeader = toLeader;
  }

  final ShardMap map() {
    return Objects.requireNonNull(connection.cluster().mapOrNull(), "sent without a map");
  }

  final int shard() {
    return shardIn(map());
  }

  final int shardIn(ShardMap map) {
    return map.shardOf(keyHash);
  }

  /** Where to send it now; null when the shard has no leader. */
  final @Nullable Node nextNodeOrNull() {
    awaitsLeader = false;
    soughtShard = NONE;
    Node node = named;
    if (node != null) {
      named = null;
      return node;
    }
    if (toLeader) {
      return map().leaderOrNull(shard());
    }
    Node preferred = connection.nodes().preferred();
    return keyHash == NO_SHARD ? preferred : map().replica(shard(), preferred, lostNodes);
  }

  /**
   * Decides how a call goes on that failed.
   *
   * @param node null when there was none to send it to
   * @return how long to wait before it is sent again
   */
  final long pauseNanos(@Nullable Node node, FailureStatus failure) {
    if (!Failures.isTheNodes(failure)) {
      return backoffNanos(failure);
    }
    if (failure.failure() == Failure.NOT_LEADER && node != null && keyHash != NO_SHARD) {
      return redirectedNanos(node, failure);
    }
    if (toLeader) {
      return leaderFailedNanos(node, failure);
    }
    return nodeFailedNanos(node, failure);
  }

  private long nodeFailedNanos(@Nullable Node node, FailureStatus failure) {
    if (node != null) {
      connection.nodes().leave(node);
    }
    lostNodes++;
    // No pause before another node is tried; one before the first one again.
    return lostNodes % connection.nodes().size() == 0 ? backoffNanos(failure) : 0;
  }

  private long redirectedNanos(Node node, FailureStatus failure) {
    Map<String, String> hint = failure.metadata();
    String address = hint.get("leader");
    Node leader =
        address == null
            ? map().nodeOrNull((int) number(hint.get("leader-node")))
            : connection.nodes().namedOrNull(address, node);
    long epoch = number(hint.get("epoch"));
    boolean corrected = map().correct(shard(), node, leader, epoch);
    if (leader != null && !leader.equals(node) && epoch < 0) {
      named = leader; // worth a try, though not better known than what the map says
    } else if (!corrected) {
      return toLeader ? leaderFailedNanos(node, failure) : nodeFailedNanos(node, failure);
    } else if (!toLeader) {
      named = map().leaderOrNull(shard()); // who certainly holds the shard
    }
    redirections++;
    if (redirections == 1) {
      return 0;
    }
    connection.cluster().refresh(); // those that name each other know nothing
    soughtShard = toLeader ? shard() : NONE;
    return backoffNanos(failure);
  }

  private long leaderFailedNanos(@Nullable Node node, FailureStatus failure) {
    if (node != null && Failures.isLost(failure)) {
      connection.nodes().leave(node); // so that the map is fetched elsewhere
    }
    connection.cluster().refresh();
    failed = node;
    awaitsLeader = true;
    soughtShard = shard();
    long nanos = backoffNanos(failure);
    return goesElsewhere(map()) ? 0 : nanos;
  }

  private long backoffNanos(FailureStatus failure) {
    return Backoff.delayNanos(pauses++, failure.retryDelay().toNanos(), connection.random());
  }

  final boolean isToLeader() {
    return toLeader;
  }

  /** The shard whose leader it has not found, for which it waits; {@link #NONE} otherwise. */
  final int soughtShard() {
    return soughtShard;
  }

  /** The node that the map names has answered as the leader. */
  final void leaderFound() {
    named = null;
  }

  /** Whether it waits for another leader. */
  final boolean awaitsLeader() {
    return awaitsLeader;
  }

  final void addFailed(Set<Node> nodes) {
    Node node = failed;
    if (node != null) {
      nodes.add(node);
    }
  }

  /** Whether a map names another node than the one that failed. */
  final boolean goesElsewhere(ShardMap newer) {
    Node leader = newer.leaderOrNull(newer.shardOf(keyHash));
    return leader != null && !leader.equals(failed);
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
