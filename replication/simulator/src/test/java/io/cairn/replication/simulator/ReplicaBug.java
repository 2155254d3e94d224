package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ReadLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/** Bugs in the rules that the replica keeps. */
enum ReplicaBug implements PlantedBug {
  /** A new leader does not wait until the lease that it has promised to the one before is over. */
  LEASE_IGNORED_BY_THE_NEXT_LEADER(
      1000,
      "a read missed what was committed",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {
                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  boolean waits = status().role() == Role.OPENING_EPOCH;
                  super.step(
                      waits && input instanceof Input.Tick tick ? later(tick, 20_000) : input,
                      effects);
                }
              })),
  /** A leader reads for longer than the others have promised. */
  LEASE_LASTS_TOO_LONG(
      1000,
      "a read missed what was committed",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {
                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  boolean leads = status().role() == Role.LEADER;
                  super.step(
                      leads && input instanceof Input.MetadataChanged changed
                          ? withLongerLease(changed)
                          : input,
                      effects);
                }

                private Input withLongerLease(Input.MetadataChanged changed) {
                  ClusterMetadata agreed = changed.metadata();
                  ClusterMetadata other =
                      new ClusterMetadata(
                          agreed.version(),
                          agreed.minInsyncReplicas(),
                          agreed.nodes(),
                          agreed.shards(),
                          agreed.forgotten(),
                          new ReadLease(ReadLease.MAX_MILLIS, ReadLease.MAX_MILLIS));
                  return new Input.MetadataChanged(other, changed.nowMillis());
                }
              })),
  /** Trap 1: the log says "durable" when it has only appended. */
  ACKNOWLEDGED_BEFORE_THE_FORCE(
      60,
      "I4: the high watermark is not on disk",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(effect);
                  if (effect instanceof Effect.Append append) {
                    step(durable(append.record().endOffset()), effects);
                  }
                }
              })),
  /** A retry of a write that is under way is answered at once. */
  RETRY_ANSWERED_BEFORE_THE_FORCE(
      50,
      "I1: confirmed before the force",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                private final Map<String, Long> offsets = new HashMap<>();

                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  super.step(withoutRetries(input, effects), effects);
                }

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {
                  effects.accept(effect);
                  if (effect instanceof Effect.Append append) {
                    OperationCursor cursor = new OperationCursor().wrap(append.record());
                    while (cursor.next()) {
                      offsets.put(cursor.clientId() + "/" + cursor.sequence(), cursor.offset());
                    }
                  }
                }

                private Input withoutRetries(Input input, Consumer<Effect> effects) {
                  if (!(input instanceof Input.Propose propose)) {
                    return input;
                  }
                  List<Proposal> others = new ArrayList<>();
                  for (Proposal proposal : propose.proposals()) {
                    Long first = offsets.get(proposal.clientId() + "/" + proposal.sequence());
                    if (first == null || proposal.firstAttempt()) {
                      others.add(proposal);
                    } else {
                      effects.accept(
                          new Effect.CompleteWrite(
                              proposal, new WriteResult.Confirmed(first, true)));
                    }
                  }
                  return new Input.Propose(others, propose.nowMillis());
                }
              })),
  /** A STRONG write is confirmed when its leader alone has it on disk. */
  STRONG_BEFORE_COMMITTED(
      20,
      "STRONG before it was committed",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                private final IdentityHashMap<Proposal, Proposal> asked = new IdentityHashMap<>();

                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  super.step(
                      input instanceof Input.Propose propose
                          ? new Input.Propose(
                              propose.proposals().stream().map(this::eventual).toList(),
                              propose.nowMillis())
                          : input,
                      effects);
                }

                private Proposal eventual(Proposal of) {
                  Proposal eventual =
                      new Proposal(
                          of.operation(),
                          Consistency.EVENTUAL,
                          of.clientId(),
                          of.sequence(),
                          of.seenOffset(),
                          of.firstAttempt(),
                          of.context());
                  asked.put(eventual, of);
                  return eventual;
                }

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {
                  effects.accept(
                      effect instanceof Effect.CompleteWrite done
                          ? new Effect.CompleteWrite(
                              Objects.requireNonNull(asked.remove(done.proposal())), done.result())
                          : effect);
                }
              })),
  /** What was handed to the store counts as applied, and leaves the pending tail. */
  APPLIED_WHEN_HANDED_OVER(
      10,
      "a read was let into a store that lacks what it must see",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(effect);
                  if (effect instanceof Effect.Apply apply) {
                    step(new Input.Applied(apply.record().endOffset()), effects);
                  }
                }
              })),
  /** I2: what is appended goes to the store at once. */
  APPLIED_BEFORE_COMMITTED(
      20,
      "I2: the store has what is not committed",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (!(effect instanceof Effect.Apply) || status().role() == Role.RECOVERING) {
                    effects.accept(effect);
                  }
                  if (effect instanceof Effect.Append append) {
                    effects.accept(new Effect.Apply(append.record()));
                  }
                }
              })),
  /** I4: a restart takes the watermark back to what the store has. */
  WATERMARK_FALLS_OVER_A_RESTART(
      60,
      "I4: the high watermark fell",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public long highWatermark() {
                  return status().role() == Role.RECOVERING
                      ? start.appliedOffset()
                      : real.highWatermark();
                }
              })),
  /** Trap 13: after a restart every write is new. */
  RETRY_WINDOW_FORGOTTEN_ON_RESTART(
      20,
      "a write is in the log twice",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public long recoverFromOffset() {
                  return start.appliedOffset();
                }

                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  real.step(withSeenOffset(input, seen -> status().logEndOffset()), effects);
                }
              })),
  /** Trap 13: the seen offset is not looked at, so what the window has lost is new. */
  SEEN_OFFSET_IGNORED(
      20,
      "a write is in the log twice",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public void step(Input input, Consumer<Effect> effects) {

                  real.step(withSeenOffset(input, seen -> status().logEndOffset()), effects);
                }
              })),
  /**
   * Clients are told a log end as the offset that they have seen. A crash takes it back, the write
   * is accepted below it, the window moves past the write, and what the client has seen is still
   * inside.
   */
  SEEN_OFFSET_IS_THE_LOG_END(
      2000,
      "a write is in the log twice",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public long seenOffset() {
                  return status().logEndOffset();
                }

                @Override
                public void step(Input input, Consumer<Effect> effects) {
                  real.step(
                      withSeenOffset(input, seen -> Math.min(seen, status().logEndOffset())),
                      effects);
                }
              })),
  /** I9: the log is trimmed to what is in the store, flushed or not. */
  TRIMMED_ABOVE_FLUSHED(
      20,
      "I9: the log lacks what the store has not flushed",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(
                      effect instanceof Effect.TrimLog
                          ? new Effect.TrimLog(status().highWatermark())
                          : effect);
                }
              })),
  /** A record goes to the log twice. */
  APPENDED_TWICE(
      5,
      "appended elsewhere than at the end",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(effect);
                  if (effect instanceof Effect.Append) {
                    effects.accept(effect);
                  }
                }
              })),
  /** A replica whose disk has failed goes on as if nothing were. */
  DISK_FAILURE_IGNORED(
      500,
      "I1: confirmed before the force",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public void step(Input input, Consumer<Effect> effects) {

                  real.step(
                      input instanceof Input.DiskFailed ? durable(status().logEndOffset()) : input,
                      effects);
                }
              }));

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  ReplicaBug(int seeds, String expected, Parts parts) {
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

  /** As if every client had said that it has seen another offset. */
  private static Input withSeenOffset(Input input, LongUnaryOperator other) {
    if (!(input instanceof Input.Propose propose)) {
      return input;
    }
    return new Input.Propose(
        propose.proposals().stream()
            .map(
                p ->
                    new Proposal(
                        p.operation(),
                        p.consistency(),
                        p.clientId(),
                        p.sequence(),
                        other.applyAsLong(p.seenOffset()),
                        p.firstAttempt(),
                        p.context()))
            .toList(),
        propose.nowMillis());
  }
}
