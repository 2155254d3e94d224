package io.cairn.reliability;

import com.google.protobuf.ByteString;
import io.cairn.reliability.Recorder.Told;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.simulator.history.Action;
import io.cairn.replication.simulator.history.Answer;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ResponseHeader;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client that calls one node only, at the level EVENTUAL, and notes who answered: it is promised
 * to see its own writes there.
 */
final class SingleNodeUser {
  private static final int KEYS = 8;

  private final Registers registers;
  private final ClusterMember member;
  private final long name;
  private final Thread thread;

  /** Of each shard, as the last answer told. */
  private final Map<Integer, Long> epochs = new HashMap<>();

  private volatile boolean stopping;

  SingleNodeUser(Registers registers, ClusterMember member, Random random) {
    this.registers = registers;
    this.member = member;
    this.name = 1_000L + member.nodeId();
    thread = new Thread(() -> use(random), "client-of-node-" + member.nodeId());
    thread.setDaemon(true);
    thread.start();
  }

  private void use(Random random) {
    while (!stopping) {
      // Few keys, so that what it reads is often what it has written.
      String key = registers.prefix() + "own" + member.nodeId() + "-" + random.nextInt(KEYS);
      try {
        if (random.nextBoolean()) {
          put(key);
        } else {
          get(key);
        }
        NodeProcess.pauseMillis(5);
      } catch (IllegalStateException doesNotRun) {
        NodeProcess.pauseMillis(100);
      }
    }
  }

  private KvGrpc.KvBlockingStub stub() {
    return KvGrpc.newBlockingStub(member.channel()).withDeadlineAfter(2, TimeUnit.SECONDS);
  }

  private void put(String key) {
    KvGrpc.KvBlockingStub stub = stub();
    String value = registers.nextValue();
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value))
            .setConsistency(io.cairn.v1.Consistency.CONSISTENCY_EVENTUAL)
            .build();
    registers
        .recorder()
        .record(
            name,
            key,
            Action.write(value),
            Consistency.EVENTUAL,
            () -> {
              try {
                PutResponse response = stub.put(request);
                return written(response.getHeader(), response.getVersion());
              } catch (StatusRuntimeException failed) {
                return new Told(Answer.unknown(), Told.NO_VERSION);
              }
            });
  }

  private void get(String key) {
    KvGrpc.KvBlockingStub stub = stub();
    GetRequest request =
        GetRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setConsistency(io.cairn.v1.Consistency.CONSISTENCY_EVENTUAL)
            .build();
    registers
        .recorder()
        .record(
            name,
            key,
            Action.read(),
            Consistency.EVENTUAL,
            () -> {
              try {
                GetResponse response = stub.get(request);
                return response.hasValue()
                    ? told(
                        Answer.value(response.getValue().getData().toStringUtf8()),
                        response.getHeader(),
                        response.getValue().getVersion())
                    : told(Answer.value(null), response.getHeader(), Told.NO_VERSION);
              } catch (StatusRuntimeException failed) {
                return new Told(Answer.failed(), Told.NO_VERSION);
              }
            });
  }

  /**
   * The epoch in an answer is that of the moment of the answer. A write was surely confirmed in it
   * only when the node was in it before.
   */
  private Told written(ResponseHeader header, long version) {
    Long before = epochs.get(header.getShard());
    Told told = told(Answer.done(), header, version);
    return before != null && before == header.getEpoch() ? told : Told.done(version);
  }

  private Told told(Answer answer, ResponseHeader header, long version) {
    epochs.put(header.getShard(), header.getEpoch());
    return new Told(
        answer.from(Integer.parseInt(header.getNodeId()), header.getEpoch(), version), version);
  }

  void stop() throws InterruptedException {
    stopping = true;
    thread.join(30_000);
  }
}
