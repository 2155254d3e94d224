package io.cairn.node.service;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.shard.PendingCall;
import io.cairn.node.shard.ReplyLane;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.WriteResult;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import io.cairn.v1.OptionalValue;
import io.cairn.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One read of several keys, over the shards that they belong to: each key as a {@link ReadCall}
 * would read it. Its share of the budget grows with each value that it finds.
 */
final class MultiGetCall {
  private final MultiGetRequest request;
  private final Caller<MultiGetResponse> caller;
  private final Shards shards;
  private final ReplyLane lane;
  private final Share share;
  private final Answers answers;
  private final int maxAnswerBytes;
  private final boolean strong;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicInteger waitingShards = new AtomicInteger(1);
  private final @Nullable Value[] values;
  private long valueBytes;

  /** By shard: the newest uncommitted offset that a STRONG answer would rest on. */
  private final long[] newestSeen;

  // By shard, from before the call looked
  private final BitSet asked;
  private final long[] epochs;
  private final BitSet ledAlone;

  MultiGetCall(
      MultiGetRequest request,
      Caller<MultiGetResponse> caller,
      Shards shards,
      ReplyLane lane,
      Share share,
      Answers answers,
      int maxAnswerBytes) {
    this.request = request;
    this.caller = caller;
    this.shards = shards;
    this.lane = lane;
    this.share = share;
    this.answers = answers;
    this.maxAnswerBytes = maxAnswerBytes;
    strong = WritePath.level(request.getConsistency()) == Consistency.STRONG;
    values = new Value[request.getKeysCount()];
    newestSeen = new long[shards.count()];
    Arrays.fill(newestSeen, ReadBarrier.NOTHING_PENDING);
    asked = new BitSet(shards.count());
    epochs = new long[shards.count()];
    ledAlone = new BitSet(shards.count());
    caller.whenEnded(share::end);
  }

  /** On a reader thread. */
  void read() {
    try {
      if (!noteWhoLeads()) {
        return;
      }
      List<List<Integer>> toStore = lookInTails();
      for (int shard = 0; shard < toStore.size(); shard++) {
        readFromStore(shards.all().get(shard), toStore.get(shard));
      }
    } catch (RuntimeException failed) {
      refuse(Answers.of(failed));
    }
    if (!answered.get()) {
      awaitCommitted();
    }
    caller.flush();
  }

  /** False when one of the shards cannot be read here; the call is refused then. */
  private boolean noteWhoLeads() {
    for (int i = 0; i < values.length; i++) {
      asked.set(shards.of(request.getKeys(i).toByteArray()).number());
    }
    for (int number = asked.nextSetBit(0); number >= 0; number = asked.nextSetBit(number + 1)) {
      Shard shard = shards.all().get(number);
      epochs[number] = shard.status().epoch();
      ledAlone.set(number, shard.status().leadsAlone());
      WriteResult.Refusal refusal =
          shard.status().readRefusalOrNull(WritePath.level(request.getConsistency()));
      if (refusal != null) {
        refuse(answers.of(refusal, shard));
        return false;
      }
    }
    return true;
  }

  /** Returns, by shard, the numbers of the keys that only the store can tell. */
  private List<List<Integer>> lookInTails() {
    List<List<Integer>> toStore = new ArrayList<>();
    for (int i = 0; i < shards.count(); i++) {
      toStore.add(new ArrayList<>());
    }
    boolean goOn = true;
    for (int i = 0; goOn && i < values.length; i++) {
      byte[] key = request.getKeys(i).toByteArray();
      Shard shard = shards.of(key);
      PendingTail.Entry entry = shard.pendingTail().newestOrNull(Key.of(key));
      if (entry == null) {
        toStore.get(shard.number()).add(i);
      } else {
        newestSeen[shard.number()] = Math.max(newestSeen[shard.number()], entry.offset());
        goOn = keep(i, Lookup.valueOrNull(entry));
      }
    }
    return toStore;
  }

  private void readFromStore(Shard shard, List<Integer> indexes) {
    if (indexes.isEmpty() || answered.get()) {
      return;
    }
    List<byte[]> keys = indexes.stream().map(i -> request.getKeys(i).toByteArray()).toList();
    shard.store().multiGet(keys, (i, record) -> keep(indexes.get(i), Lookup.valueOrNull(record)));
  }

  /**
   * Keeps a value for the answer. False when that makes it too much, for the answer or for the
   * budget: the call is refused then, and what has not been read yet need not be.
   */
  private boolean keep(int index, @Nullable Value value) {
    if (value != null) {
      values[index] = value;
      valueBytes += value.getSerializedSize();
      if (valueBytes > maxAnswerBytes) {
        refuseAsTooLarge();
      } else if (!share.tryGrow(value.getSerializedSize())) {
        refuse(answers.notAdmitted(Failure.OVERLOADED));
      }
    }
    return !answered.get();
  }

  private void awaitCommitted() {
    if (strong) {
      for (int number = asked.nextSetBit(0); number >= 0; number = asked.nextSetBit(number + 1)) {
        Shard shard = shards.all().get(number);
        long offset = newestSeen[number];
        boolean certain =
            (ledAlone.get(number) || shard.status().hasLease(System::nanoTime))
                && offset < shard.status().highWatermark()
                && shard.status().epoch() == epochs[number];
        if (!certain) {
          waitingShards.incrementAndGet();
          shard.whenCommitted(epochs[number], offset, new Committed(shard));
        }
      }
    }
    countDown();
  }

  private final class Committed extends PendingCall {
    private final Shard shard;

    Committed(Shard shard) {
      super(lane, System.nanoTime());
      this.shard = shard;
    }

    @Override
    protected void answer(WriteResult result) {
      if (result instanceof WriteResult.Confirmed) {
        countDown();
      } else {
        WriteResult.Refusal reason =
            result instanceof WriteResult.Refused refused
                ? refused.reason()
                : WriteResult.Refusal.NOT_SERVING;
        refuse(answers.of(reason, shard));
      }
    }

    @Override
    protected void flush() {
      caller.flush();
    }
  }

  private void countDown() {
    if (waitingShards.decrementAndGet() == 0) {
      respond();
    }
  }

  private void respond() {
    MultiGetResponse.Builder response =
        MultiGetResponse.newBuilder()
            .setHeader(
                shards.count() == 1 ? answers.header(shards.all().get(0)) : answers.header());
    for (Value value : values) {
      response.addValues(
          value == null
              ? OptionalValue.getDefaultInstance()
              : OptionalValue.newBuilder().setValue(value).build());
    }
    MultiGetResponse built = response.build();
    if (built.getSerializedSize() > maxAnswerBytes) {
      refuseAsTooLarge();
    } else if (answered.compareAndSet(false, true)) {
      caller.answer(built);
    }
  }

  private void refuseAsTooLarge() {
    refuse(
        FailureStatus.ofRead(
            Failure.ANSWER_TOO_LARGE,
            "The values have more than "
                + maxAnswerBytes
                + " bytes together, which is limits.max-message of this node: ask for fewer keys, or"
                + " scan."));
  }

  void refuse(FailureStatus status) {
    if (answered.compareAndSet(false, true) && !caller.isGone()) {
      answers.refuseRead(caller, status);
    }
  }
}
