package io.cairn.replication.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.Replica;
import io.cairn.replication.core.ReplicaOptions;
import io.cairn.replication.core.Start;
import io.cairn.replication.core.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation must catch each of these bugs within the stated number of seeds, or it is worth
 * nothing.
 */
class PlantedBugTest {

  /** A bug, and how many seeds it may take to find it. */
  enum Bug {
    /** Trap 1: the log says "durable" when it has only appended. */
    ACKNOWLEDGED_BEFORE_THE_FORCE(
        5,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    for (Effect effect : effectsOf(input)) {
                      effects.accept(effect);
                      if (effect instanceof Effect.Append append) {
                        step(new Input.LogDurable(append.record().endOffset()), effects);
                      }
                    }
                  }
                })),
    /** Trap 2: a force that failed is taken for one that did not. */
    FAILED_FORCE_IGNORED(
        50,
        new Parts() {
          @Override
          public SimulatedLog log(SimulatedDisk disk) {
            return new SimulatedLog(disk) {
              private boolean failed;

              @Override
              public void force() {
                try {
                  super.force();
                } catch (LogFailedException ignored) {
                  failed = true;
                }
              }

              @Override
              public long durableEndOffset() {
                return failed ? endOffset() : super.durableEndOffset();
              }
            };
          }
        }),
    /** A retry of a write that is under way is answered at once. */
    RETRY_ANSWERED_BEFORE_THE_FORCE(
        200,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  private final Map<String, Long> offsets = new HashMap<>();

                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    for (Effect effect : effectsOf(withoutRetries(input, effects))) {
                      effects.accept(effect);
                      if (effect instanceof Effect.Append append) {
                        OperationCursor cursor = new OperationCursor().wrap(append.record());
                        while (cursor.next()) {
                          offsets.put(cursor.clientId() + "/" + cursor.sequence(), cursor.offset());
                        }
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
    /** A STRONG write is confirmed when it was handed to the store, not when it is in it. */
    STRONG_BEFORE_APPLIED(
        5,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    for (Effect effect : effectsOf(input)) {
                      effects.accept(effect);
                      if (effect instanceof Effect.Apply apply) {
                        step(new Input.Applied(apply.record().endOffset()), effects);
                      }
                    }
                  }
                })),
    /** I2: what is appended goes to the store at once. */
    APPLIED_BEFORE_COMMITTED(
        5,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    for (Effect effect : effectsOf(input)) {
                      if (!(effect instanceof Effect.Apply) || input instanceof Input.Recovered) {
                        effects.accept(effect);
                      }
                      if (effect instanceof Effect.Append append) {
                        effects.accept(new Effect.Apply(append.record()));
                      }
                    }
                  }
                })),
    /** Trap 18: the applied offset that survives a crash is ahead of the data that does. */
    APPLIED_OFFSET_AHEAD_OF_THE_DATA(
        50,
        new Parts() {
          @Override
          public SimulatedStore store() {
            return new SimulatedStore() {
              private @Nullable LogRecord held;

              @Override
              public void apply(LogRecord record) {
                if (held != null) {
                  super.apply(held);
                }
                held = record;
              }

              @Override
              public long appliedOffset() {
                return held == null ? super.appliedOffset() : held.endOffset();
              }
            };
          }
        }),
    /** Trap 13: after a restart every write is new. */
    RETRY_WINDOW_FORGOTTEN_ON_RESTART(
        50,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public long recoverFromOffset() {
                    return start.appliedOffset();
                  }

                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    real.step(withoutSeenOffset(input, this), effects);
                  }
                })),
    /** Trap 13: the seen offset is not looked at, so what the window has lost is new. */
    SEEN_OFFSET_IGNORED(
        50,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    real.step(withoutSeenOffset(input, this), effects);
                  }
                })),
    /** Clients are told a log end, which a crash takes back, as the offset that they have seen. */
    SEEN_OFFSET_IS_THE_LOG_END(
        5000,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public long seenOffset() {
                    return status().logEndOffset();
                  }
                })),
    /** I9: the log is trimmed to what is in the store, flushed or not. */
    TRIMMED_ABOVE_FLUSHED(
        50,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    for (Effect effect : effectsOf(input)) {
                      effects.accept(
                          effect instanceof Effect.TrimLog
                              ? new Effect.TrimLog(status().highWatermark())
                              : effect);
                    }
                  }
                })),
    /** Trap 10: a read that must wait for the high watermark does not. */
    READ_BEFORE_COMMITTED(
        20,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    if (input instanceof Input.Read read) {
                      effects.accept(new Effect.CompleteRead(read.barrier()));
                    } else {
                      real.step(input, effects);
                    }
                  }
                })),
    /** A read looks into the store alone. */
    PENDING_TAIL_NOT_READ(
        5,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  private final PendingTail empty =
                      new Replica(options, Start.empty()).pendingTail();

                  @Override
                  public PendingTail pendingTail() {
                    return empty;
                  }
                })),
    /** A replica whose disk has failed goes on as if nothing were. */
    DISK_FAILURE_IGNORED(
        50,
        machine(
            (options, start) ->
                new MutantMachine(options, start) {
                  @Override
                  public void step(Input input, Consumer<Effect> effects) {
                    real.step(
                        input instanceof Input.DiskFailed
                            ? new Input.LogDurable(status().logEndOffset())
                            : input,
                        effects);
                  }
                })),
    /** Recovery takes the last record for a torn one. */
    LAST_RECORD_CUT_OFF(
        50,
        new Parts() {
          @Override
          public SimulatedLog log(SimulatedDisk disk) {
            if (!disk.records.isEmpty()) {
              disk.records.remove(disk.records.size() - 1);
              disk.forced = Math.min(disk.forced, disk.records.size());
              disk.forcedEndOffset = disk.startOffset;
            }
            return new SimulatedLog(disk);
          }
        });

    final int seeds;

    @SuppressWarnings("ImmutableEnumChecker") // it only makes things
    final Parts parts;

    Bug(int seeds, Parts parts) {
      this.seeds = seeds;
      this.parts = parts;
    }
  }

  private static Parts machine(BiFunction<ReplicaOptions, Start, Machine> maker) {
    return new Parts() {
      @Override
      public Machine machine(ReplicaOptions options, Start start) {
        return maker.apply(options, start);
      }
    };
  }

  /** As if every client had seen the present end of the log. */
  private static Input withoutSeenOffset(Input input, Machine machine) {
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
                        machine.status().logEndOffset(),
                        p.firstAttempt(),
                        p.context()))
            .toList(),
        propose.nowMillis());
  }

  @ParameterizedTest
  @EnumSource
  void isCaught(Bug bug) {
    int seed = 0;
    String caught = null;
    while (caught == null && seed < bug.seeds) {
      seed++;
      try {
        new Simulation(seed, bug.parts, Transcript.none()).run();
      } catch (AssertionError found) {
        caught = found.getMessage();
      }
    }
    System.out.printf("%s: seed %d: %s%n", bug, seed, caught);
    assertThat(caught).as("%s within %d seeds", bug, bug.seeds).isNotNull();
  }
}
