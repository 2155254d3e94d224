package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.IsrMember;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.NodeChange.Failed;
import io.cairn.replication.core.metadata.NodeChange.Register;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ShardMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Bugs in who counts as in sync, in the rules of the metadata, and in snapshots. */
enum ClusterBug implements PlantedBug {
  /** Trap 6: what the proposed ISR has is called committed before that ISR is agreed. */
  WATERMARK_OF_THE_PROPOSED(
      20,
      "I4: node ",
      MutantMachine.parts(
          (self, options, start) ->
              new ProposingMachine(self, options, start) {
                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {
                  effects.accept(effect);
                  if (effect instanceof Effect.ProposeIsr propose) {
                    pretend(
                        propose.change().isr().stream().map(ProcessId::member).toList(), effects);
                  }
                }
              })),
  /** One that is being added is not counted before that is agreed. */
  WATERMARK_OF_THE_AGREED(
      1500,
      "I4: node ",
      MutantMachine.parts(
          (self, options, start) ->
              new ProposingMachine(self, options, start) {
                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {
                  effects.accept(effect);
                  if (effect instanceof Effect.ProposeIsr propose
                      && propose.change().isr().size() > agreedIsr().size()) {
                    pretend(agreedIsr(), effects);
                  }
                }
              })),
  /** Trap 7: a node whose disk is new is taken for the member that it was. */
  WIPED_DISK_COUNTS_AS_THE_MEMBER(
      30,
      "I4: node ",
      new Parts() {
        @Override
        public ChangeResult apply(ClusterMetadata metadata, MetadataChange change) {
          ChangeResult result = metadata.apply(change);
          if (change instanceof Register register
              && result instanceof ChangeResult.Applied applied) {
            return new ChangeResult.Applied(
                withShards(
                    applied.metadata(),
                    shard -> {
                      List<IsrMember> isr = new ArrayList<>();
                      for (IsrMember member : shard.isr()) {
                        boolean same = member.nodeId() == register.nodeId();
                        isr.add(same ? new IsrMember(member.nodeId(), register.storeId()) : member);
                      }
                      return with(shard, shard.leader(), shard.epoch(), isr);
                    }));
          }
          return result;
        }
      }),
  /** A leader from outside the ISR rather than none. */
  LEADER_FROM_ANYWHERE(
      50,
      "I4: node ",
      new Parts() {
        @Override
        public ChangeResult apply(ClusterMetadata metadata, MetadataChange change) {
          ChangeResult result = metadata.apply(change);
          if ((change instanceof Failed || change instanceof Register)
              && result instanceof ChangeResult.Applied applied) {
            ClusterMetadata after = applied.metadata();
            return new ChangeResult.Applied(withShards(after, shard -> led(after, shard)));
          }
          return result;
        }

        private ShardMetadata led(ClusterMetadata metadata, ShardMetadata shard) {
          if (shard.hasLeader()) {
            return shard;
          }
          for (int nodeId : shard.replicas()) {
            NodeMetadata node = metadata.nodes().get(nodeId);
            if (node != null && node.alive()) {
              List<IsrMember> isr = new ArrayList<>(shard.isr());
              isr.removeIf(member -> member.nodeId() == nodeId);
              isr.add(node.process().member());
              return with(shard, nodeId, shard.epoch() + 1, isr);
            }
          }
          return shard;
        }
      }),
  /** A process that starts again goes on in the epoch of the one before it. */
  RESTART_LEADS_ON(
      20,
      "I3: ",
      new Parts() {
        @Override
        public ChangeResult apply(ClusterMetadata metadata, MetadataChange change) {
          ChangeResult result = metadata.apply(change);
          if (change instanceof Register register
              && result instanceof ChangeResult.Applied applied
              && metadata.nodes().containsKey(register.nodeId())) {
            ShardMetadata before = metadata.shards().get(Simulation.SHARD);
            if (before != null && before.leader() == register.nodeId()) {
              ClusterMetadata after = applied.metadata();
              TreeMap<Integer, NodeMetadata> nodes = new TreeMap<>(after.nodes());
              NodeMetadata node = node(after, register.nodeId());
              nodes.put(
                  node.nodeId(),
                  new NodeMetadata(
                      node.nodeId(),
                      node.storeId(),
                      node.incarnation(),
                      node.endpoints(),
                      true,
                      node.registeredAtVersion()));
              boolean sameDisk = before.isr().contains(node.process().member());
              if (sameDisk) {
                return new ChangeResult.Applied(
                    new ClusterMetadata(
                        after.version(),
                        after.minInsyncReplicas(),
                        nodes,
                        metadata.shards(),
                        after.forgotten(),
                        after.readLease()));
              }
            }
          }
          return result;
        }
      }),
  /** Trap 7: a proposal of an older version, or of an epoch that is over, is accepted. */
  ISR_CHANGED_WITHOUT_COMPARING(
      2000,
      "I4: node ",
      new Parts() {
        @Override
        public ChangeResult apply(ClusterMetadata metadata, MetadataChange change) {
          ShardMetadata shard = metadata.shards().get(Simulation.SHARD);
          if (change instanceof AlterIsr alter && shard != null && shard.hasLeader()) {
            return metadata.apply(
                new AlterIsr(
                    alter.shard(), shard.leader(), shard.epoch(), shard.version(), alter.isr()));
          }
          return metadata.apply(change);
        }
      }),
  /** Who has what was given up does not start again from nothing. */
  FORCED_LEADER_NOT_NOTICED(
      200,
      "I5: no log is cut below its high watermark",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {
                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  super.step(
                      input instanceof Input.MetadataChanged changed
                          ? new Input.MetadataChanged(
                              withShards(changed.metadata(), ClusterBug::unforced), 0)
                          : input,
                      effects);
                }
              })),
  /** Trap 16: a snapshot says that it has one record more than it has. */
  SNAPSHOT_WITH_A_GAP(
      1_000,
      "the store at ",
      new Parts() {
        @Override
        Snapshot snapshot(SimulatedStore store, SimulatedLog log) {
          Snapshot whole = super.snapshot(store, log);
          if (log.endOffset() == whole.offset()) {
            return whole;
          }
          var next = log.endingAtOrAfter(whole.offset() + 1);
          return new Snapshot(whole.entries(), next.endOffset(), next.crc(), next.epoch());
        }
      });

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  ClusterBug(int seeds, String expected, Parts parts) {
    this.seeds = seeds;
    this.expected = expected;
    this.parts = parts;
  }

  @Override
  public int seeds() {
    return seeds;
  }

  @Override
  public String expected() {
    return expected;
  }

  @Override
  public Parts parts() {
    return parts;
  }

  static NodeMetadata node(ClusterMetadata metadata, int nodeId) {
    return Invariant.checkPresent(metadata.nodes().get(nodeId), "a node");
  }

  private static ClusterMetadata withShards(
      ClusterMetadata metadata, java.util.function.UnaryOperator<ShardMetadata> rule) {
    TreeMap<Integer, ShardMetadata> shards = new TreeMap<>(metadata.shards());
    shards.replaceAll((number, shard) -> rule.apply(shard));
    return new ClusterMetadata(
        metadata.version(),
        metadata.minInsyncReplicas(),
        metadata.nodes(),
        shards,
        metadata.forgotten(),
        metadata.readLease());
  }

  private static ShardMetadata unforced(ShardMetadata shard) {
    return new ShardMetadata(
        shard.shard(),
        shard.replicas(),
        shard.pending(),
        shard.leader(),
        shard.epoch(),
        shard.isr(),
        0,
        shard.version());
  }

  private static ShardMetadata with(
      ShardMetadata shard, int leader, long epoch, List<IsrMember> isr) {
    return new ShardMetadata(
        shard.shard(),
        shard.replicas(),
        shard.pending(),
        leader,
        epoch,
        isr,
        shard.forcedEpoch(),
        shard.version());
  }
}
