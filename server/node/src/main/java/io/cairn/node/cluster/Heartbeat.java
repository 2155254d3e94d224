package io.cairn.node.cluster;

import io.cairn.peer.v1.PeerMessage;
import io.cairn.peer.v1.Suspect;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;

/**
 * What a process regularly says of itself, and of others, to whoever is or may become the
 * controller.
 *
 * @param ready whether it has read its logs and knows what is agreed
 * @param leaving whether it is about to stop
 * @param diskFull whether it refuses puts for want of room
 * @param logEnds of its replicas
 * @param suspects to which its connection has broken, or could not be made, since the heartbeat
 *     before
 */
record Heartbeat(
    boolean ready,
    boolean leaving,
    boolean diskFull,
    List<LogEnd> logEnds,
    List<ProcessId> suspects) {

  Heartbeat {
    logEnds = List.copyOf(logEnds);
    suspects = List.copyOf(suspects);
  }

  static Heartbeat of(int fromNode, io.cairn.peer.v1.Heartbeat wire) {
    return new Heartbeat(
        wire.getReady(),
        wire.getLeaving(),
        wire.getDiskFull(),
        wire.getLogEndsList().stream()
            .map(
                end ->
                    new LogEnd(
                        end.getShard(), fromNode, end.getLastEpoch(), end.getDurableEndOffset()))
            .toList(),
        wire.getSuspectsList().stream()
            .map(
                suspect ->
                    PeerCodec.process(
                        suspect.getNodeId(), suspect.getStoreId(), suspect.getIncarnation()))
            .toList());
  }

  PeerMessage toMessage() {
    io.cairn.peer.v1.Heartbeat.Builder wire =
        io.cairn.peer.v1.Heartbeat.newBuilder()
            .setReady(ready)
            .setLeaving(leaving)
            .setDiskFull(diskFull);
    for (LogEnd end : logEnds) {
      wire.addLogEnds(
          io.cairn.peer.v1.LogEnd.newBuilder()
              .setShard(end.shard())
              .setLastEpoch(end.lastEpoch())
              .setDurableEndOffset(end.durableEndOffset()));
    }
    for (ProcessId suspect : suspects) {
      wire.addSuspects(
          Suspect.newBuilder()
              .setNodeId(suspect.nodeId())
              .setStoreId(PeerCodec.text(suspect.storeId()))
              .setIncarnation(suspect.incarnation()));
    }
    return PeerMessage.newBuilder().setHeartbeat(wire).build();
  }
}
