package io.cairn.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.node.data.NodeIdentity;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.shard.ReplyLane;
import io.cairn.storage.ScanRange;
import io.cairn.v1.KeysResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whose turn it is; that a scan is right is tested on whole nodes. */
class ScanCallTest {

  /** The queue of the scan threads has room for one turn of each open scan. */
  @Test
  void aScanThatHasEndedAsksForNoTurn() {
    Admission admission = new Admission(1 << 20);
    assertThat(admission.enterOrRefuse(1000)).isNull();
    AtomicInteger ended = new AtomicInteger();
    Queue<Runnable> turns = new ArrayDeque<>();
    try (NodeMetrics metrics = new NodeMetrics()) {
      Client client = new Client();
      new ScanCall(
              List.of(),
              new ReplyLane(0, Runnable::run, () -> false),
              ScanRange.all(),
              Long.MAX_VALUE,
              false,
              new ScanSink.Keys(client),
              new Answers(
                  new NodeIdentity("cluster", "", 1, "store", 1),
                  metrics,
                  admission,
                  nodeId -> null),
              turns::add,
              1024,
              metrics.call(NodeMetrics.Call.KEYS),
              new Share(admission, 1000),
              ended::incrementAndGet)
          .begin();
      assertThat(turns).hasSize(1);
      turns.remove().run();

      assertThat(client.completed).isTrue();
      assertThat(turns).isEmpty();
      client.onReady.run();
      assertThat(turns).isEmpty();
    }
    assertThat(ended).hasValue(1);
    assertThat(admission.inFlightBytes()).isZero();
  }

  /** Always ready, and says so once more when the scan has just ended. */
  private static final class Client extends ServerCallStreamObserver<KeysResponse> {
    private Runnable onReady = () -> {};
    private boolean completed;

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void onNext(KeysResponse response) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      completed = true;
      onReady.run();
    }
  }
}
