package io.cairn.replication.core.metadata;

import static io.cairn.replication.core.metadata.ClusterMetadata.refused;
import static io.cairn.replication.core.metadata.ClusterMetadata.unknownNode;

import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import java.util.List;
import java.util.UUID;

/** Nodes that come, are ready, fail and go. */
public sealed interface NodeChange extends MetadataChange {

  /**
   * A process has started on a data directory. It ends every leadership of the process before it,
   * even when nobody had noticed its end: what that one had appended and not forced is gone, and
   * the same offsets must not be given out twice in one epoch. Its places in ISRs stay, because
   * what it had acknowledged is on its disk.
   *
   * @param seenVersion of the cluster metadata that the node had seen: a request that was sent
   *     before another process or disk took the node's place comes too late
   */
  record Register(
      int nodeId, UUID storeId, long incarnation, List<String> endpoints, long seenVersion)
      implements NodeChange {

    public Register {
      endpoints = List.copyOf(endpoints);
    }

    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      if (nodeId <= NodeMetadata.NONE || incarnation <= 0) {
        return refused(Refusal.INVALID, "node ids and incarnations are 1 or more");
      }
      NodeMetadata known = before.nodes().get(nodeId);
      boolean sameStore = known != null && known.storeId().equals(storeId);
      if (known != null && sameStore && known.incarnation() == incarnation) {
        return new Applied(before); // it did not get the answer and asks again
      }
      if (known != null && sameStore && known.incarnation() > incarnation) {
        return refused(
            Refusal.STALE_INCARNATION,
            "node "
                + nodeId
                + " has run on a newer copy of this data directory (start "
                + known.incarnation()
                + ", this is "
                + incarnation
                + "): empty the directory to let it join from nothing");
      }
      if (known != null && known.registeredAtVersion() > seenVersion) {
        return refused(
            Refusal.STALE_VERSION,
            "another process has joined as node " + nodeId + " meanwhile: stop one of the two");
      }
      NodeMetadata node =
          new NodeMetadata(nodeId, storeId, incarnation, endpoints, false, before.version() + 1);
      return new Applied(withoutLeader(before, node, List.of()));
    }
  }

  /**
   * The process has read its logs again and has all metadata: it may lead and enter ISRs. Also when
   * it is heard of again after it was taken to have failed.
   */
  record Ready(int nodeId, UUID storeId, long incarnation, List<LogEnd> knownEnds)
      implements NodeChange {

    public Ready {
      knownEnds = List.copyOf(knownEnds);
    }

    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      NodeMetadata node = before.nodes().get(nodeId);
      if (node == null) {
        return unknownNode(nodeId);
      }
      if (!node.storeId().equals(storeId) || node.incarnation() != incarnation) {
        return staleIncarnation(nodeId);
      }
      ClusterMetadata after = before.withNode(node.withAlive(true));
      return new Applied(
          after.withEachShard(shard -> shard.hasLeader() ? shard : after.elect(shard, knownEnds)));
    }
  }

  /**
   * Nothing has been heard of the process for too long, or it has said that it goes. A guess: what
   * it still does is harmless, because others lead in newer epochs. It stays in ISRs until their
   * leaders take it out.
   *
   * @param knownEnds what is known of the logs of the others, to choose by
   */
  record Failed(int nodeId, UUID storeId, long incarnation, List<LogEnd> knownEnds)
      implements NodeChange {

    public Failed {
      knownEnds = List.copyOf(knownEnds);
    }

    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      NodeMetadata node = before.nodes().get(nodeId);
      if (node == null) {
        return unknownNode(nodeId);
      }
      if (!node.storeId().equals(storeId) || node.incarnation() != incarnation) {
        return staleIncarnation(nodeId);
      }
      return new Applied(withoutLeader(before, node.withAlive(false), knownEnds));
    }
  }

  /** Forgets a node for good. It must have no replica and no process. */
  record Remove(int nodeId) implements NodeChange {
    @Override
    public ChangeResult applyTo(ClusterMetadata before) {
      NodeMetadata node = before.nodes().get(nodeId);
      if (node == null) {
        return unknownNode(nodeId);
      }
      if (node.alive()) {
        return refused(Refusal.NODE_IN_USE, "node " + nodeId + " is running: stop it first");
      }
      for (ShardMetadata shard : before.shards().values()) {
        if (shard.involves(nodeId)) {
          return refused(
              Refusal.NODE_IN_USE,
              "node " + nodeId + " holds shard " + shard.shard() + ": move its replicas first");
        }
      }
      return new Applied(before.withForgotten(nodeId));
    }
  }

  private static ChangeResult staleIncarnation(int nodeId) {
    return refused(
        Refusal.STALE_INCARNATION, "another process has joined as node " + nodeId + " since");
  }

  /** Takes every leadership from a node, which is not alive now, and elects others. */
  private static ClusterMetadata withoutLeader(
      ClusterMetadata before, NodeMetadata node, List<LogEnd> knownEnds) {
    ClusterMetadata left =
        before.withEachShard(
            shard -> shard.leader() == node.nodeId() ? shard.withLeader(NodeMetadata.NONE) : shard);
    ClusterMetadata changed = left.withNode(node);
    return changed.withEachShard(
        shard ->
            isLedBy(before, shard.shard(), node.nodeId())
                ? changed.elect(shard, knownEnds).atVersion(shard.version())
                : shard);
  }

  private static boolean isLedBy(ClusterMetadata metadata, int shard, int nodeId) {
    ShardMetadata known = metadata.shards().get(shard);
    return known != null && known.leader() == nodeId;
  }
}
