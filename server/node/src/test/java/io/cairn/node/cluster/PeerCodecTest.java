package io.cairn.node.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cairn.peer.v1.Offer;
import io.cairn.replication.core.CorruptRecordException;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PeerCodecTest {
  private static final Operation.ByteSource KEY = Operation.ByteSource.of("k".getBytes(UTF_8));

  private static byte[] offerable(byte[] operation) {
    Operation.markOfferable(operation);
    return operation;
  }

  private static PeerMessage overTheWire(PeerMessage message) {
    io.cairn.peer.v1.PeerMessage wire = PeerCodec.encode(7, message);
    assertThat(wire.getShard()).isEqualTo(7);
    return PeerCodec.decode(wire);
  }

  @Test
  void eachMessageComesAsItWasSent() {
    for (PeerMessage message :
        List.of(
            new PeerMessage.Join(9, 4, List.of(new EpochStart(1, 0), new EpochStart(3, 17)), 20),
            new PeerMessage.JoinAnswer(9, 4, 17, true),
            new PeerMessage.Append(9, List.of(), 16, 5),
            new PeerMessage.Ack(9, 18, 20, 5),
            new PeerMessage.OfferAnswer(9, 3, true, List.of(17L, 19L)),
            new PeerMessage.StaleEpoch(9))) {
      assertThat(overTheWire(message)).isEqualTo(message);
    }
  }

  @Test
  void aHeartbeatComesAsItWasSent() {
    Heartbeat heartbeat =
        new Heartbeat(
            true,
            false,
            true,
            List.of(new LogEnd(0, 7, 3, 90), new LogEnd(1, 7, 0, 0)),
            List.of(new ProcessId(2, new UUID(5, 6), 4)));
    assertThat(Heartbeat.of(7, heartbeat.toMessage().getHeartbeat())).isEqualTo(heartbeat);
  }

  @Test
  void offeredWritesComeAsTheyWereInTheLog() {
    List<OfferedWrite> writes =
        List.of(
            new OfferedWrite(3, 17, offerable(Operation.put(KEY, KEY, 5, 6))),
            new OfferedWrite(4, 19, offerable(Operation.delete(KEY, Operation.NO_CLIENT, 0))));
    PeerMessage.Offer offer =
        (PeerMessage.Offer) overTheWire(new PeerMessage.Offer(9, 2, 16, writes));
    assertThat(offer.number()).isEqualTo(2);
    assertThat(offer.cutOffset()).isEqualTo(16);
    assertThat(offer.writes()).usingRecursiveComparison().isEqualTo(writes);
  }

  @Test
  void whatMayNotBeOfferedIsRefused() {
    for (byte[] operation :
        List.of(
            Operation.put(KEY, KEY, 5, 6),
            offerable(Operation.deleteRange(KEY, KEY, 5, 6)),
            Operation.noOp())) {
      LogRecord record = LogRecord.of(LogRecord.Type.DATA, 3, 17, 0, 0, List.of(operation));
      io.cairn.peer.v1.PeerMessage wire =
          io.cairn.peer.v1.PeerMessage.newBuilder()
              .setOffer(Offer.newBuilder().setWrites(ByteString.copyFrom(record.bytes())))
              .build();
      assertThatThrownBy(() -> PeerCodec.decode(wire))
          .isInstanceOf(CorruptRecordException.class)
          .hasMessageContaining("not a write that may be offered");
    }
  }
}
