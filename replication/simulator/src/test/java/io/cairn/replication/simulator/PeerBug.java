package io.cairn.replication.simulator;

import io.cairn.replication.core.Effect;
import io.cairn.replication.core.Input;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.OfferedWrite;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.OperationCursor;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReplicaStatus.Role;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bugs in what replicas tell each other and make of it. */
enum PeerBug implements PlantedBug {
  /** Trap 1: a follower acknowledges what it has only appended. */
  FOLLOWER_ACKNOWLEDGES_BEFORE_THE_FORCE(
      10,
      "I1: acknowledged before the force",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              if (effect instanceof Effect.Send send
                  && send.message() instanceof PeerMessage.Ack ack) {
                long end = status().logEndOffset();
                effects.accept(
                    new Effect.Send(
                        send.to(), new PeerMessage.Ack(ack.epoch(), end, end, ack.round())));
              } else {
                effects.accept(effect);
              }
            }
          }),
  /** Trap 3: a follower cuts its log at its high watermark and does not compare epochs. */
  CUT_TO_THE_WATERMARK(
      20,
      "I5: ",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.JoinAnswer answer
                  && !answer.snapshotNeeded()) {
                long end = Math.min(status().highWatermark(), status().logEndOffset());
                super.step(
                    instead(
                        input,
                        new PeerMessage.JoinAnswer(answer.epoch(), answer.number(), end, false)),
                    effects);
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** Trap 4, the other way: a follower cuts nothing and goes on. */
  CUT_NOTHING(
      60,
      "I6",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.JoinAnswer answer
                  && !answer.snapshotNeeded()) {
                super.step(
                    instead(
                        input,
                        new PeerMessage.JoinAnswer(
                            answer.epoch(), answer.number(), status().logEndOffset(), false)),
                    effects);
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** Trap 8: a follower answers the leader of an older epoch as if nothing were. */
  NO_FENCE(
      2000,
      "a read missed what was committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (input instanceof Input.Received received
                  && received.message() instanceof PeerMessage.Append append
                  && append.epoch() < status().epoch()) {
                effects.accept(
                    new Effect.Send(
                        received.from(),
                        new PeerMessage.Ack(append.epoch(), 0, 0, append.round())));
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** The answer to an older question to join is taken for that to the newest. */
  OLD_JOIN_ANSWER_TAKEN(
      3000,
      "I5: ",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private long newest;

            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              if (effect instanceof Effect.Send send
                  && send.message() instanceof PeerMessage.Join join) {
                newest = join.number();
              }
              effects.accept(effect);
            }

            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.JoinAnswer answer) {
                super.step(
                    instead(
                        input,
                        new PeerMessage.JoinAnswer(
                            answer.epoch(),
                            newest,
                            answer.commonEndOffset(),
                            answer.snapshotNeeded())),
                    effects);
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** What was read of the log before a cut is sent. */
  READ_FROM_BEFORE_A_CUT_SENT(
      2000,
      "I6",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              super.step(input, effects);
              if (input instanceof Input.LogRead read && status().role() != Role.FOLLOWER) {
                effects.accept(
                    new Effect.Send(
                        read.to(), new PeerMessage.Append(status().epoch(), read.records(), 0, 0)));
              }
            }
          }),
  /** Trap 14: a leader that steps down says "failed" of what it has appended. */
  REFUSED_WHEN_STEPPING_DOWN(
      20,
      "refused what is in the log",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              if (effect instanceof Effect.CompleteWrite complete
                  && complete.result() instanceof WriteResult.Unknown unknown
                  && unknown.reason() == WriteResult.UnknownReason.LEADERSHIP_LOST) {
                effects.accept(
                    new Effect.CompleteWrite(
                        complete.proposal(),
                        new WriteResult.Refused(WriteResult.Refusal.NOT_LEADER)));
              } else {
                effects.accept(effect);
              }
            }
          }),
  /** What a cut has taken away is still recognised when it is sent again. */
  RETRY_WINDOW_NOT_CUT(
      100,
      "confirmed at the offset of another write",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private final Map<String, Long> offsets = new HashMap<>();

            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              effects.accept(effect);
              if (effect instanceof Effect.Append append) {
                OperationCursor cursor = new OperationCursor().wrap(append.record());
                while (cursor.next()) {
                  if (cursor.clientId() != Operation.NO_CLIENT) {
                    offsets.put(cursor.clientId() + "/" + cursor.sequence(), cursor.offset());
                  }
                }
              }
            }

            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (input instanceof Input.Propose propose && status().role() == Role.LEADER) {
                List<Proposal> rest = new ArrayList<>();
                for (Proposal proposal : propose.proposals()) {
                  Long offset = offsets.get(proposal.clientId() + "/" + proposal.sequence());
                  if (offset != null && offset < status().appliedOffset()) {
                    effects.accept(
                        new Effect.CompleteWrite(
                            proposal, new WriteResult.Confirmed(offset, true)));
                  } else {
                    rest.add(proposal);
                  }
                }
                super.step(new Input.Propose(rest, propose.nowMillis()), effects);
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** A follower takes its leader's high watermark as it is. */
  WATERMARK_BEYOND_THE_OWN_DISK(
      20,
      "I4: the high watermark is not on disk",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private long leaders;

            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.Append append
                  && append.epoch() == status().epoch()) {
                leaders = Math.max(leaders, append.highWatermark());
              }
              super.step(input, effects);
            }

            @Override
            public long highWatermark() {
              return Math.max(real.highWatermark(), Math.min(leaders, status().logEndOffset()));
            }
          }),
  /** What is cut off is still shown to readers. */
  PENDING_TAIL_NOT_CUT(
      50,
      "read of ",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            private final Map<Key, PendingTail.Entry> cutOff = new HashMap<>();

            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              effects.accept(effect);
              if (effect instanceof Effect.CutLog cut) {
                for (LogRecord record : cut.lost()) {
                  OperationCursor cursor = new OperationCursor().wrap(record);
                  while (cursor.next()) {
                    if (cursor.kind() == Operation.Kind.PUT) {
                      Key key = new Key(cursor.array(), cursor.keyPosition(), cursor.keyLength());
                      Key value =
                          new Key(cursor.array(), cursor.valuePosition(), cursor.valueLength());
                      cutOff.put(key, new PendingTail.Entry(cursor.offset(), false, 0, 0, value));
                    }
                  }
                }
              }
            }

            @Override
            public PendingTail.@Nullable Entry newestPendingOrNull(Key key) {
              PendingTail.Entry lost = cutOff.get(key);
              PendingTail.Entry newest = real.newestPendingOrNull(key);
              boolean newer = newest == null || (lost != null && newest.offset() < lost.offset());
              return newer && lost != null ? lost : newest;
            }
          }),
  /** A leader takes what it is offered without looking for what is newer. */
  OFFER_WINS(
      300,
      "an offer won against something newer",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.Offer offer) {
                long end = status().logEndOffset();
                super.step(
                    instead(
                        input,
                        new PeerMessage.Offer(offer.epoch(), offer.number(), end, offer.writes())),
                    effects);
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** A leader says that it has placed what it was offered, and forgets it. */
  OFFER_FORGOTTEN(
      300,
      "an offer was called placed that is not committed",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            public void step(Input input, Consumer<Effect> effects) {
              if (message(input) instanceof PeerMessage.Offer offer
                  && status().role() == Role.LEADER
                  && offer.epoch() == status().epoch()) {
                List<Long> all = offer.writes().stream().map(OfferedWrite::offset).toList();
                effects.accept(
                    new Effect.Send(
                        ((Input.Received) input).from(),
                        new PeerMessage.OfferAnswer(offer.epoch(), offer.number(), false, all)));
              } else {
                super.step(input, effects);
              }
            }
          }),
  /** What a log holds that nobody may know to be committed is thrown away with it. */
  LOST_WITHOUT_A_TRACE(
      2000,
      "a confirmed EVENTUAL write is lost without a trace",
      (self, options, start) ->
          new MutantMachine(self, options, start) {
            @Override
            void onEffect(Effect effect, Consumer<Effect> effects) {
              effects.accept(
                  effect instanceof Effect.Rebuild rebuild
                      ? new Effect.Rebuild(rebuild.reason(), List.of())
                      : effect instanceof Effect.CutLog cut
                          ? new Effect.CutLog(cut.endOffset(), List.of())
                          : effect);
            }
          }),
  /** In sync as soon as a follower has all below the watermark, which a new leader knows late. */
  IN_SYNC_AT_THE_WATERMARK(
      30,
      "I4: node ",
      (self, options, start) ->
          new ProposingMachine(self, options, start) {
            @Override
            void onAck(ProcessId from, PeerMessage.Ack ack, Consumer<Effect> effects) {
              if (ack.durableEndOffset() >= status().highWatermark()
                  && !status().isr().contains(from.nodeId())) {
                proposeAlso(from, effects);
              }
            }
          });

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  PeerBug(int seeds, String expected, MutantMachine.Maker maker) {
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

  private static @Nullable PeerMessage message(Input input) {
    return input instanceof Input.Received received ? received.message() : null;
  }

  private static Input instead(Input input, PeerMessage other) {
    return new Input.Received(((Input.Received) input).from(), other);
  }
}
