package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange;
import io.cairn.replication.core.metadata.SetMinInsyncReplicas;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.replication.metadata.v1.AlterIsr;
import io.cairn.replication.metadata.v1.CreateShard;
import io.cairn.replication.metadata.v1.LeaderChange;
import io.cairn.replication.metadata.v1.MetadataChangeMessage;
import io.cairn.replication.metadata.v1.Process;
import io.cairn.replication.metadata.v1.ProcessChange;
import io.cairn.replication.metadata.v1.Register;
import java.util.List;
import java.util.UUID;

/** {@link MetadataChange} and its message. */
final class ChangeMessages {
  private ChangeMessages() {}

  static MetadataChangeMessage.Builder toMessage(MetadataChange change) {
    MetadataChangeMessage.Builder message = MetadataChangeMessage.newBuilder();
    if (change instanceof NodeChange nodeChange) {
      put(nodeChange, message);
    } else if (change instanceof IsrChange isrChange) {
      put(isrChange, message);
    } else if (change instanceof ReplicaChange replicaChange) {
      put(replicaChange, message);
    } else if (change instanceof SetMinInsyncReplicas set) {
      message.getSetMinInsyncReplicasBuilder().setReplicas(set.replicas());
    } else if (change instanceof SetReadLease set) {
      message.getSetReadLeaseBuilder().setMillis(set.millis());
    }
    return message;
  }

  private static void put(NodeChange change, MetadataChangeMessage.Builder message) {
    if (change instanceof NodeChange.Register register) {
      message
          .getRegisterBuilder()
          .setProcess(
              MetadataMessages.process(
                  register.nodeId(), register.storeId(), register.incarnation()))
          .addAllEndpoints(register.endpoints())
          .setSeenVersion(register.seenVersion());
    } else if (change instanceof NodeChange.Ready ready) {
      message.setReady(
          processChange(ready.nodeId(), ready.storeId(), ready.incarnation(), ready.knownEnds()));
    } else if (change instanceof NodeChange.Failed failed) {
      message.setFailed(
          processChange(
              failed.nodeId(), failed.storeId(), failed.incarnation(), failed.knownEnds()));
    } else if (change instanceof NodeChange.Remove remove) {
      message.getRemoveNodeBuilder().setNodeId(remove.nodeId());
    }
  }

  private static void put(IsrChange change, MetadataChangeMessage.Builder message) {
    if (change instanceof IsrChange.AlterIsr alter) {
      AlterIsr.Builder alterIsr =
          message
              .getAlterIsrBuilder()
              .setShard(alter.shard())
              .setLeader(alter.leader())
              .setEpoch(alter.epoch())
              .setExpectedVersion(alter.expectedVersion());
      for (ProcessId candidate : alter.isr()) {
        alterIsr.addIsr(
            MetadataMessages.process(
                candidate.nodeId(), candidate.storeId(), candidate.incarnation()));
      }
    } else if (change instanceof IsrChange.Transfer transfer) {
      message.setTransfer(leaderChange(transfer.shard(), transfer.epoch(), transfer.target()));
    } else if (change instanceof IsrChange.ForceLeader force) {
      message.setForceLeader(leaderChange(force.shard(), force.epoch(), force.target()));
    }
  }

  private static void put(ReplicaChange change, MetadataChangeMessage.Builder message) {
    if (change instanceof ReplicaChange.CreateShard create) {
      message
          .getCreateShardBuilder()
          .setShard(create.shard())
          .addAllReplicas(create.replicas())
          .setLastEpoch(create.lastEpoch());
    } else if (change instanceof ReplicaChange.AddReplica add) {
      message
          .getAddReplicaBuilder()
          .setShard(add.shard())
          .setAdding(add.adding())
          .setRemoving(add.removing());
    } else if (change instanceof ReplicaChange.CancelAdd cancel) {
      message.getCancelAddBuilder().setShard(cancel.shard());
    } else if (change instanceof ReplicaChange.RemoveReplica remove) {
      message.getRemoveReplicaBuilder().setShard(remove.shard()).setRemoving(remove.removing());
    }
  }

  private static ProcessChange processChange(
      int nodeId, UUID storeId, long incarnation, List<LogEnd> knownEnds) {
    ProcessChange.Builder message =
        ProcessChange.newBuilder()
            .setProcess(MetadataMessages.process(nodeId, storeId, incarnation));
    for (LogEnd end : knownEnds) {
      message
          .addKnownEndsBuilder()
          .setShard(end.shard())
          .setNodeId(end.nodeId())
          .setLastEpoch(end.lastEpoch())
          .setDurableEndOffset(end.durableEndOffset());
    }
    return message.build();
  }

  private static LeaderChange leaderChange(int shard, long epoch, int target) {
    return LeaderChange.newBuilder().setShard(shard).setEpoch(epoch).setTarget(target).build();
  }

  static MetadataChange fromMessage(MetadataChangeMessage message) {
    return switch (message.getChangeCase()) {
      case REGISTER -> register(message.getRegister());
      case READY -> ready(message.getReady());
      case FAILED -> failed(message.getFailed());
      case REMOVE_NODE -> new NodeChange.Remove(message.getRemoveNode().getNodeId());
      case ALTER_ISR -> alterIsr(message.getAlterIsr());
      case TRANSFER -> {
        LeaderChange transfer = message.getTransfer();
        yield new IsrChange.Transfer(
            transfer.getShard(), transfer.getEpoch(), transfer.getTarget());
      }
      case FORCE_LEADER -> {
        LeaderChange force = message.getForceLeader();
        yield new IsrChange.ForceLeader(force.getShard(), force.getEpoch(), force.getTarget());
      }
      case CREATE_SHARD -> {
        CreateShard create = message.getCreateShard();
        yield new ReplicaChange.CreateShard(
            create.getShard(), create.getReplicasList(), create.getLastEpoch());
      }
      case ADD_REPLICA ->
          new ReplicaChange.AddReplica(
              message.getAddReplica().getShard(),
              message.getAddReplica().getAdding(),
              message.getAddReplica().getRemoving());
      case CANCEL_ADD -> new ReplicaChange.CancelAdd(message.getCancelAdd().getShard());
      case REMOVE_REPLICA ->
          new ReplicaChange.RemoveReplica(
              message.getRemoveReplica().getShard(), message.getRemoveReplica().getRemoving());
      case SET_MIN_INSYNC_REPLICAS ->
          new SetMinInsyncReplicas(message.getSetMinInsyncReplicas().getReplicas());
      case SET_READ_LEASE -> new SetReadLease(message.getSetReadLease().getMillis());
      case CHANGE_NOT_SET -> throw MetadataCodec.unknown("has a change");
    };
  }

  private static NodeChange.Register register(Register message) {
    Process process = message.getProcess();
    return new NodeChange.Register(
        process.getNodeId(),
        MetadataMessages.storeId(process.getStoreId()),
        process.getIncarnation(),
        message.getEndpointsList(),
        message.getSeenVersion());
  }

  private static NodeChange.Ready ready(ProcessChange message) {
    Process process = message.getProcess();
    return new NodeChange.Ready(
        process.getNodeId(),
        MetadataMessages.storeId(process.getStoreId()),
        process.getIncarnation(),
        knownEnds(message));
  }

  private static NodeChange.Failed failed(ProcessChange message) {
    Process process = message.getProcess();
    return new NodeChange.Failed(
        process.getNodeId(),
        MetadataMessages.storeId(process.getStoreId()),
        process.getIncarnation(),
        knownEnds(message));
  }

  private static List<LogEnd> knownEnds(ProcessChange message) {
    return message.getKnownEndsList().stream()
        .map(
            end ->
                new LogEnd(
                    end.getShard(), end.getNodeId(), end.getLastEpoch(), end.getDurableEndOffset()))
        .toList();
  }

  private static IsrChange.AlterIsr alterIsr(AlterIsr message) {
    List<ProcessId> isr =
        message.getIsrList().stream()
            .map(
                process ->
                    new ProcessId(
                        process.getNodeId(),
                        MetadataMessages.storeId(process.getStoreId()),
                        process.getIncarnation()))
            .toList();
    return new IsrChange.AlterIsr(
        message.getShard(),
        message.getLeader(),
        message.getEpoch(),
        message.getExpectedVersion(),
        isr);
  }
}
