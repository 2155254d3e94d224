package io.cairn.node.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cairn.peer.v1.Ack;
import io.cairn.peer.v1.Append;
import io.cairn.peer.v1.EpochStart;
import io.cairn.peer.v1.Hello;
import io.cairn.peer.v1.Join;
import io.cairn.peer.v1.JoinAnswer;
import io.cairn.peer.v1.Offer;
import io.cairn.peer.v1.OfferAnswer;
import io.cairn.peer.v1.StaleEpoch;
import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The messages of the replicas in the form in which they travel. Records stay the bytes that they
 * are in the log: nothing is decoded or encoded, and what arrives is checked by its own checksums.
 */
public final class PeerCodec {
  private PeerCodec() {}

  public static io.cairn.peer.v1.PeerMessage encode(int shard, PeerMessage message) {
    io.cairn.peer.v1.PeerMessage.Builder wire =
        io.cairn.peer.v1.PeerMessage.newBuilder().setShard(shard).setEpoch(message.epoch());
    if (message instanceof PeerMessage.Append append) {
      wire.setAppend(
          Append.newBuilder()
              .setRecords(bytes(append.records()))
              .setHighWatermark(append.highWatermark())
              .setRound(append.round()));
    } else if (message instanceof PeerMessage.Ack ack) {
      wire.setAck(
          Ack.newBuilder()
              .setDurableEndOffset(ack.durableEndOffset())
              .setLogEndOffset(ack.logEndOffset())
              .setRound(ack.round()));
    } else if (message instanceof PeerMessage.Join join) {
      Join.Builder builder =
          Join.newBuilder().setNumber(join.number()).setLogEndOffset(join.logEndOffset());
      for (ReplicaLog.EpochStart start : join.history()) {
        builder.addHistory(
            EpochStart.newBuilder().setEpoch(start.epoch()).setStartOffset(start.startOffset()));
      }
      wire.setJoin(builder);
    } else if (message instanceof PeerMessage.JoinAnswer answer) {
      wire.setJoinAnswer(
          JoinAnswer.newBuilder()
              .setNumber(answer.number())
              .setCommonEndOffset(answer.commonEndOffset())
              .setSnapshotNeeded(answer.snapshotNeeded()));
    } else if (message instanceof PeerMessage.Offer offer) {
      wire.setOffer(
          Offer.newBuilder()
              .setNumber(offer.number())
              .setCutOffset(offer.cutOffset())
              .setWrites(bytes(offer.writes().stream().map(OfferedWrite::toRecord).toList())));
    } else if (message instanceof PeerMessage.OfferAnswer answer) {
      wire.setOfferAnswer(
          OfferAnswer.newBuilder()
              .setNumber(answer.number())
              .setOutOfReach(answer.outOfReach())
              .addAllPlacedOffsets(answer.placedOffsets()));
    } else {
      wire.setStaleEpoch(StaleEpoch.getDefaultInstance());
    }
    return wire.build();
  }

  private static ByteString bytes(List<LogRecord> records) {
    ByteString bytes = ByteString.EMPTY;
    for (int i = 0; i < records.size(); i++) {
      // Nobody changes a record's bytes.
      bytes = bytes.concat(UnsafeByteOperations.unsafeWrap(records.get(i).bytes()));
    }
    return bytes;
  }

  /**
   * Of a message that belongs to a shard.
   *
   * @throws CorruptRecordException when it is not one, or holds a damaged record
   */
  public static PeerMessage decode(io.cairn.peer.v1.PeerMessage wire) {
    long epoch = wire.getEpoch();
    return switch (wire.getMessageCase()) {
      case APPEND ->
          new PeerMessage.Append(
              epoch,
              records(wire.getAppend().getRecords()),
              wire.getAppend().getHighWatermark(),
              wire.getAppend().getRound());
      case ACK ->
          new PeerMessage.Ack(
              epoch,
              wire.getAck().getDurableEndOffset(),
              wire.getAck().getLogEndOffset(),
              wire.getAck().getRound());
      case JOIN ->
          new PeerMessage.Join(
              epoch,
              wire.getJoin().getNumber(),
              wire.getJoin().getHistoryList().stream()
                  .map(s -> new ReplicaLog.EpochStart(s.getEpoch(), s.getStartOffset()))
                  .toList(),
              wire.getJoin().getLogEndOffset());
      case JOIN_ANSWER ->
          new PeerMessage.JoinAnswer(
              epoch,
              wire.getJoinAnswer().getNumber(),
              wire.getJoinAnswer().getCommonEndOffset(),
              wire.getJoinAnswer().getSnapshotNeeded());
      case OFFER ->
          new PeerMessage.Offer(
              epoch,
              wire.getOffer().getNumber(),
              wire.getOffer().getCutOffset(),
              records(wire.getOffer().getWrites()).stream().map(OfferedWrite::of).toList());
      case OFFER_ANSWER ->
          new PeerMessage.OfferAnswer(
              epoch,
              wire.getOfferAnswer().getNumber(),
              wire.getOfferAnswer().getOutOfReach(),
              wire.getOfferAnswer().getPlacedOffsetsList());
      case STALE_EPOCH -> new PeerMessage.StaleEpoch(epoch);
      case HELLO, HEARTBEAT, MESSAGE_NOT_SET ->
          throw new CorruptRecordException("not a message of a shard: " + wire.getMessageCase());
    };
  }

  private static List<LogRecord> records(ByteString bytes) {
    List<LogRecord> records = new ArrayList<>();
    int position = 0;
    while (position < bytes.size()) {
      int length = LogRecord.lengthAt(bytes::byteAt, position, bytes.size());
      records.add(LogRecord.parse(bytes.substring(position, position + length).toByteArray()));
      position += length;
    }
    return records;
  }

  static Hello.Builder hello(String clusterId, ProcessId process) {
    return Hello.newBuilder()
        .setProtocolVersion(PeerService.PROTOCOL_VERSION)
        .setClusterId(clusterId)
        .setNodeId(process.nodeId())
        .setStoreId(text(process.storeId()))
        .setIncarnation(process.incarnation());
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static ProcessId process(int nodeId, String storeId, long incarnation) {
    return new ProcessId(nodeId, uuid(storeId), incarnation);
  }

  static String text(UUID id) {
    return String.format("%016x%016x", id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static UUID uuid(String text) {
    if (text.length() != 32) {
      throw new IllegalArgumentException("\"" + text + "\" is not an id of 32 hex digits");
    }
    return new UUID(
        Long.parseUnsignedLong(text.substring(0, 16), 16),
        Long.parseUnsignedLong(text.substring(16), 16));
  }
}
