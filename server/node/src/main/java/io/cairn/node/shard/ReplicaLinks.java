package io.cairn.node.shard;

import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.ProcessId;

/** What the replicas of a node need of the rest of the cluster. Called by who steps a replica. */
public interface ReplicaLinks {

  /** Sends, or drops when there is no connection to that very process. Does not wait. */
  void send(int shard, ProcessId to, PeerMessage message);

  /** Hands the proposal to the metadata quorum. Does not wait. */
  void proposeIsr(AlterIsr change);

  /** The shard has to be replaced by a snapshot of another node. Does not wait. */
  void rebuild(int shard, String reason);

  /** Of a node that has no others. */
  ReplicaLinks NONE =
      new ReplicaLinks() {
        @Override
        public void send(int shard, ProcessId to, PeerMessage message) {}

        @Override
        public void proposeIsr(AlterIsr change) {}

        @Override
        public void rebuild(int shard, String reason) {
          throw new IllegalStateException(
              "shard " + shard + " is to be rebuilt, and there is no other node: " + reason);
        }
      };
}
