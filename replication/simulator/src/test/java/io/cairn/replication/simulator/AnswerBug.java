package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.WriteResult;
import java.util.function.Consumer;

/** Bugs in what the replica owes its callers: answers, and refusals when it is full. */
enum AnswerBug implements PlantedBug {
  /** Trap: a completion gets lost; the client asks again and never notices. */
  EVERY_TENTH_WRITE_NOT_ANSWERED(
      40,
      "in peace: a write was never answered",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {
                private int completed;

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (!(effect instanceof Effect.CompleteWrite) || ++completed % 10 != 0) {
                    effects.accept(effect);
                  }
                }
              })),
  /** The same of reads. */
  EVERY_TENTH_READ_NOT_ANSWERED(
      20,
      "in peace: a read was never answered",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {
                private int completed;

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (!(effect instanceof Effect.CompleteRead) || ++completed % 10 != 0) {
                    effects.accept(effect);
                  }
                }
              })),
  /** Who waits when the replica halts is forgotten. */
  NOBODY_ANSWERED_ON_HALT(
      50,
      "halted: a write was never answered",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public void step(Input input, Consumer<Effect> effects) {

                  if (input instanceof Input.DiskFailed failed) {
                    real.step(input, effect -> {});
                    effects.accept(new Effect.Halt(failed.reason()));
                  } else {
                    real.step(input, effects);
                  }
                }
              })),
  /** An answer is given twice; the client drops the second. */
  WRITE_ANSWERED_TWICE(
      5,
      "a write was answered twice",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(effect);
                  if (effect instanceof Effect.CompleteWrite) {
                    effects.accept(effect);
                  }
                }
              })),
  /** The same of reads. */
  READ_ANSWERED_TWICE(
      5,
      "a read was answered twice",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  effects.accept(effect);
                  if (effect instanceof Effect.CompleteRead) {
                    effects.accept(effect);
                  }
                }
              })),
  /** A replica that stops says "failed" of what it has appended. */
  REFUSED_WHAT_WAS_APPENDED(
      50,
      "refused what is in the log",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (effect instanceof Effect.CompleteWrite complete
                      && complete.result() instanceof WriteResult.Unknown unknown
                      && unknown.reason() == WriteResult.UnknownReason.STOPPED) {
                    effects.accept(
                        new Effect.CompleteWrite(
                            complete.proposal(),
                            new WriteResult.Refused(WriteResult.Refusal.NOT_SERVING)));
                  } else {
                    effects.accept(effect);
                  }
                }
              })),
  /** A write is refused, and is in the log a moment later. */
  APPENDED_AFTER_A_REFUSAL(
      5,
      "appended what nobody waits for",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public void step(Input input, Consumer<Effect> effects) {

                  if (input instanceof Input.Propose propose && status().role() == Role.LEADER) {
                    for (Proposal proposal : propose.proposals()) {
                      effects.accept(
                          new Effect.CompleteWrite(
                              proposal, new WriteResult.Refused(WriteResult.Refusal.OVERLOADED)));
                    }
                  }
                  super.step(input, effects);
                }
              })),
  /** A retry is answered as if it were the first attempt. */
  DUPLICATE_NOT_TOLD(
      10,
      "confirmed as the attempt that it is not",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (effect instanceof Effect.CompleteWrite complete
                      && complete.result() instanceof WriteResult.Confirmed done) {
                    effects.accept(
                        new Effect.CompleteWrite(
                            complete.proposal(), new WriteResult.Confirmed(done.offset(), false)));
                  } else {
                    effects.accept(effect);
                  }
                }
              })),
  /** A retry gets the answer of another write. */
  RETRY_ANSWERED_AS_ANOTHER_WRITE(
      20,
      "confirmed at the offset of another write",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                void onEffect(Effect effect, Consumer<Effect> effects) {

                  if (effect instanceof Effect.CompleteWrite complete
                      && complete.result() instanceof WriteResult.Confirmed done
                      && done.duplicate()) {
                    effects.accept(
                        new Effect.CompleteWrite(
                            complete.proposal(),
                            new WriteResult.Confirmed(done.offset() - 1, true)));
                  } else {
                    effects.accept(effect);
                  }
                }
              })),
  /** The replica never serves. */
  NEVER_LEADS(
      3,
      "in peace: clients wait for ever",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(self, options, start) {

                @Override
                public void step(Input input, Consumer<Effect> effects) {

                  if (!(input instanceof Input.MetadataChanged)) {
                    real.step(input, effects);
                  }
                }
              })),
  /** I8: the bytes under way are hardly bounded. */
  BYTES_UNDER_WAY_NOT_BOUNDED(
      20,
      "I8: bytes under way",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(
                  self,
                  new ReplicaOptions(
                      options.maxRecordBytes(),
                      1 << 20,
                      options.maxUnsyncedRecords(),
                      options.maxWaitingReads(),
                      options.maxPendingRanges(),
                      options.retryWindowOperations(),
                      options.retryWindowBytes(),
                      options.replication()),
                  start))),
  /** I8: the records under way are hardly bounded. */
  RECORDS_UNDER_WAY_NOT_BOUNDED(
      20,
      "I8: records under way",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(
                  self,
                  new ReplicaOptions(
                      options.maxRecordBytes(),
                      options.maxUnappliedBytes(),
                      1000,
                      options.maxWaitingReads(),
                      options.maxPendingRanges(),
                      options.retryWindowOperations(),
                      options.retryWindowBytes(),
                      options.replication()),
                  start))),
  /** I8: the waiting reads are hardly bounded. */
  WAITING_READS_NOT_BOUNDED(
      20,
      "I8: waiting reads",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(
                  self,
                  new ReplicaOptions(
                      options.maxRecordBytes(),
                      options.maxUnappliedBytes(),
                      options.maxUnsyncedRecords(),
                      1000,
                      options.maxPendingRanges(),
                      options.retryWindowOperations(),
                      options.retryWindowBytes(),
                      options.replication()),
                  start))),
  /** I8: the pending ranges are hardly bounded. */
  PENDING_RANGES_NOT_BOUNDED(
      300,
      "I8: pending ranges",
      MutantMachine.parts(
          (self, options, start) ->
              new MutantMachine(
                  self,
                  new ReplicaOptions(
                      options.maxRecordBytes(),
                      options.maxUnappliedBytes(),
                      options.maxUnsyncedRecords(),
                      options.maxWaitingReads(),
                      1000,
                      options.retryWindowOperations(),
                      options.retryWindowBytes(),
                      options.replication()),
                  start)));

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  AnswerBug(int seeds, String expected, Parts parts) {
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
}
