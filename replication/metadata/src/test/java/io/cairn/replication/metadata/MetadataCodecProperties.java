package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import io.cairn.replication.core.metadata.ChangeResult.Refused;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange;
import io.cairn.replication.core.metadata.SetMinInsyncReplicas;
import io.cairn.replication.core.metadata.SetReadLease;
import io.cairn.replication.metadata.v1.ClusterMetadataMessage;
import io.cairn.replication.metadata.v1.MetadataChangeMessage;
import io.cairn.replication.metadata.v1.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is written is read again as it was, and nothing else is read. */
class MetadataCodecProperties {

  @Property(tries = 500)
  void changesAreReadAsTheyWere(@ForAll("changes") MetadataChange change) {
    byte[] bytes = MetadataCodec.encode(change);
    assertThat(MetadataCodec.decodeChange(bytes)).isEqualTo(change);
    assertThat(MetadataCodec.encode(MetadataCodec.decodeChange(bytes))).isEqualTo(bytes);
  }

  @Property(tries = 300)
  void metadataAndResultsAreReadAsTheyWere(
      @ForAll("histories") List<MetadataChange> history, @ForAll Refusal refusal) {
    ClusterMetadata metadata = ClusterMetadata.empty();
    for (MetadataChange change : history) {
      ChangeResult result = metadata.apply(change);
      assertThat(MetadataCodec.decodeResult(MetadataCodec.encode(result))).isEqualTo(result);
      if (result instanceof Applied applied) {
        metadata = applied.metadata();
      }
    }
    byte[] bytes = MetadataCodec.encode(metadata);
    assertThat(MetadataCodec.decodeMetadata(bytes)).isEqualTo(metadata);
    assertThat(MetadataCodec.encode(MetadataCodec.decodeMetadata(bytes))).isEqualTo(bytes);
    Refused refused = new Refused(refusal, "no: " + refusal);
    assertThat(MetadataCodec.decodeResult(MetadataCodec.encode(refused))).isEqualTo(refused);
  }

  @Property(tries = 500)
  void otherBytesAreRefusedOrReadNeverAnythingElse(
      @ForAll("changes") MetadataChange change, @ForAll int place, @ForAll byte other) {
    byte[] bytes = MetadataCodec.encode(change);
    bytes[Math.floorMod(place, bytes.length)] = other;
    try {
      MetadataCodec.decodeChange(bytes);
    } catch (MetadataFormatException e) {
      assertThat(e).hasMessageContaining("metadata");
    }
  }

  @Example
  void anotherFormatVersionIsRefusedWithWhatToDo() {
    byte[] newer =
        MetadataChangeMessage.newBuilder()
            .setFormat(MetadataCodec.FORMAT + 1)
            .build()
            .toByteArray();
    assertThatThrownBy(() -> MetadataCodec.decodeChange(newer))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("upgrade this node");
  }

  @Example
  void whatIsNotKnownIsRefusedWhereverItIs() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    byte[] change =
        MetadataChangeMessage.newBuilder()
            .setFormat(MetadataCodec.FORMAT)
            .setUnknownFields(unknown)
            .build()
            .toByteArray();
    assertThatThrownBy(() -> MetadataCodec.decodeChange(change))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("[77]");

    ClusterMetadataMessage.Builder metadata =
        ClusterMetadataMessage.newBuilder().setFormat(MetadataCodec.FORMAT);
    metadata.getMetadataBuilder().addNodes(Node.newBuilder().setUnknownFields(unknown));
    assertThatThrownBy(() -> MetadataCodec.decodeMetadata(metadata.build().toByteArray()))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("[77]");

    byte[] none =
        MetadataChangeMessage.newBuilder().setFormat(MetadataCodec.FORMAT).build().toByteArray();
    assertThatThrownBy(() -> MetadataCodec.decodeChange(none))
        .isInstanceOf(MetadataFormatException.class);
    assertThatThrownBy(() -> MetadataCodec.decodeResult(none))
        .isInstanceOf(MetadataFormatException.class);
    assertThatThrownBy(() -> MetadataCodec.decodeChange(new byte[] {1, 2, 3}))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("not metadata");
  }

  @Example
  void metadataThatContradictsItselfIsRefused() {
    ClusterMetadataMessage.Builder message =
        ClusterMetadataMessage.newBuilder().setFormat(MetadataCodec.FORMAT);
    message.getMetadataBuilder().addShardsBuilder().addReplicas(1);
    assertThatThrownBy(() -> MetadataCodec.decodeMetadata(message.build().toByteArray()))
        .isInstanceOf(MetadataFormatException.class)
        .hasMessageContaining("contradicts itself");
  }

  /** Beginnings of clusters: most changes are applied. */
  @Provide
  Arbitrary<List<MetadataChange>> histories() {
    List<MetadataChange> beginning =
        List.of(
            new NodeChange.Register(1, new UUID(1, 1), 1, List.of("a:1", "a:2"), 0),
            new NodeChange.Register(2, new UUID(2, -2), 1, List.of("b:1"), 1),
            new NodeChange.Register(3, new UUID(-3, 3), 1, List.of(), 2),
            new NodeChange.Register(4, new UUID(4, 4), 1, List.of(), 3),
            new NodeChange.Remove(4),
            new NodeChange.Ready(1, new UUID(1, 1), 1, List.of()),
            new NodeChange.Ready(2, new UUID(2, -2), 1, List.of()),
            new ReplicaChange.CreateShard(0, List.of(1, 2), 0),
            new ReplicaChange.CreateShard(1, List.of(2, 1), 4),
            new ReplicaChange.AddReplica(0, 3, 1),
            new NodeChange.Failed(1, new UUID(1, 1), 1, List.of(new LogEnd(0, 2, 1, 90))),
            new IsrChange.ForceLeader(1, 5, 1),
            new SetMinInsyncReplicas(2),
            new SetReadLease(500),
            new SetReadLease(100));
    return Arbitraries.integers()
        .between(0, beginning.size())
        .flatMap(
            length ->
                changes()
                    .list()
                    .ofMaxSize(5)
                    .map(
                        more -> {
                          List<MetadataChange> all = new ArrayList<>(beginning.subList(0, length));
                          all.addAll(more);
                          return all;
                        }));
  }

  @Provide
  Arbitrary<MetadataChange> changes() {
    Arbitrary<Integer> ints = Arbitraries.integers();
    Arbitrary<Long> longs = Arbitraries.longs();
    Arbitrary<UUID> ids = Combinators.combine(longs, longs).as(UUID::new);
    Arbitrary<List<String>> texts = Arbitraries.strings().list().ofMaxSize(3);
    Arbitrary<List<LogEnd>> ends =
        Combinators.combine(ints, ints, longs, longs).as(LogEnd::new).list().ofMaxSize(3);
    Arbitrary<List<ProcessId>> isr =
        Combinators.combine(ints, ids, longs).as(ProcessId::new).list().ofMaxSize(3);
    List<Arbitrary<? extends MetadataChange>> kinds =
        Arrays.asList(
            Combinators.combine(ints, ids, longs, texts, longs).as(NodeChange.Register::new),
            Combinators.combine(ints, ids, longs, ends).as(NodeChange.Ready::new),
            Combinators.combine(ints, ids, longs, ends).as(NodeChange.Failed::new),
            ints.map(NodeChange.Remove::new),
            Combinators.combine(ints, ints, longs, longs, isr).as(IsrChange.AlterIsr::new),
            Combinators.combine(ints, longs, ints).as(IsrChange.Transfer::new),
            Combinators.combine(ints, longs, ints).as(IsrChange.ForceLeader::new),
            Combinators.combine(ints, ints.list().ofMaxSize(3), longs)
                .as(ReplicaChange.CreateShard::new),
            Combinators.combine(ints, ints, ints).as(ReplicaChange.AddReplica::new),
            ints.map(ReplicaChange.CancelAdd::new),
            Combinators.combine(ints, ints).as(ReplicaChange.RemoveReplica::new),
            ints.map(SetMinInsyncReplicas::new),
            ints.map(SetReadLease::new));
    return Arbitraries.of(kinds).flatMap(kind -> kind.map(change -> change));
  }
}
