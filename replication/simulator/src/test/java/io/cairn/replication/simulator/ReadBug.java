package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bugs in what a STRONG read waits for. */
enum ReadBug implements PlantedBug {
  /** Trap 9: a leader answers reads without asking whether it still leads. */
  READ_WITHOUT_A_ROUND(
      300,
      "a read missed what was committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              for (Input one : oneByOne(input)) {
                if (one instanceof Input.Read read
                    && read.barriers().get(0).kind() == ReadBarrier.Kind.COMMITTED
                    && status().role() == Role.LEADER
                    && read.barriers().get(0).offset() < status().highWatermark()) {
                  effects.accept(new Effect.CompleteRead(read.barriers().get(0)));
                } else {
                  super.step(one, effects);
                }
              }
            }
          }),
  /** The same when a majority has answered, which is not everyone who may lead. */
  READ_CONFIRMED_BY_A_MAJORITY(
      2_000,
      "a read missed what was committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private final Map<Integer, ProcessId> joined = new TreeMap<>();
            private final Map<Integer, Long> rounds = new TreeMap<>();

            @Override
            public void step(Input input, Consumer<Effect> effects) {
              super.step(input, effects);
              if (input instanceof Input.Received received
                  && received.message().epoch() == status().epoch()) {
                if (received.message() instanceof PeerMessage.Join) {
                  joined.put(received.from().nodeId(), received.from());
                } else if (received.message() instanceof PeerMessage.Ack ack) {
                  rounds.put(received.from().nodeId(), ack.round());
                  fillUp(ack.round(), effects);
                }
              }
            }

            private void fillUp(long round, Consumer<Effect> effects) {
              long agreeing = 1 + rounds.values().stream().filter(r -> r >= round).count();
              if (status().role() == Role.LEADER && agreeing * 2 > status().isr().size()) {
                for (ProcessId other : List.copyOf(joined.values())) {
                  super.step(
                      new Input.Received(other, new PeerMessage.Ack(status().epoch(), 0, 0, round)),
                      effects);
                }
              }
            }
          }),
  /** A read that was long under way is not told that what it saw was of an epoch that is over. */
  BARRIER_WITHOUT_AN_EPOCH(
      500,
      "a read saw what is not committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private @Nullable ReadBarrier held;

            @Override
            public void step(Input input, Consumer<Effect> effects) {
              for (Input one : oneByOne(input)) {
                if (held == null
                    && one instanceof Input.Read read
                    && read.barriers().get(0).kind() == ReadBarrier.Kind.COMMITTED
                    && read.barriers().get(0).offset() >= status().highWatermark()) {
                  held = read.barriers().get(0);
                } else {
                  super.step(one, effects);
                }
              }
              ReadBarrier late = held;
              if (late != null
                  && status().role() == Role.LEADER
                  && status().epoch() > late.epoch()
                  && late.offset() < status().logEndOffset()) {
                held = null;
                super.step(
                    new Input.Read(
                        List.of(
                            new ReadBarrier(
                                late.kind(), status().epoch(), late.offset(), late.context()))),
                    effects);
              }
            }
          }),
  /** Trap 10: a read that must wait for the high watermark does not. */
  READ_BEFORE_COMMITTED(
      20,
      "a read saw what is not committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              answerAtOnce(ReadBarrier.Kind.COMMITTED, real, input, effects);
            }
          }),
  /** A read that must wait for the store does not. */
  READ_BEFORE_APPLIED(
      10,
      "a read was let into a store",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              answerAtOnce(ReadBarrier.Kind.APPLIED, real, input, effects);
            }
          }),
  /** A read looks into the store alone. */
  PENDING_TAIL_NOT_READ(
      5,
      "read of ",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public PendingTail.@Nullable Entry newestPendingOrNull(Key key) {
              return null;
            }
          });

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  ReadBug(int seeds, String expected, MutantMachine.Maker maker) {
    this.seeds = seeds;
    this.expected = expected;
    parts = MutantMachine.parts(maker);
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

  private static void answerAtOnce(
      ReadBarrier.Kind kind, Machine real, Input input, Consumer<Effect> effects) {
    for (Input one : MutantMachine.oneByOne(input)) {
      if (one instanceof Input.Read read && read.barriers().get(0).kind() == kind) {
        effects.accept(new Effect.CompleteRead(read.barriers().get(0)));
      } else {
        real.step(one, effects);
      }
    }
  }
}
