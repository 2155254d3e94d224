package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.Consistency;
import io.cairn.v1.KeyRange;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KeysResponse;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Scans: checked here, then driven by {@link ScanCall} on the scan threads. */
final class ScanPath {
  private final Shards shards;
  private final Lanes lanes;
  private final Checks checks;
  private final Admission admission;
  private final Answers answers;
  private final Executor scanners;
  private final NodeMetrics metrics;
  private final NodeConfig.Limits limits;
  private final Semaphore openScans;

  ScanPath(
      Shards shards,
      Lanes lanes,
      Checks checks,
      Admission admission,
      Answers answers,
      Executor scanners,
      NodeMetrics metrics,
      NodeConfig.Limits limits) {
    this.shards = shards;
    this.lanes = lanes;
    this.checks = checks;
    this.admission = admission;
    this.answers = answers;
    this.scanners = scanners;
    this.metrics = metrics;
    this.limits = limits;
    openScans = new Semaphore(limits.maxScans());
    metrics.gauge(
        "cairn.scans.open",
        "",
        "Scans that are open",
        openScans,
        free -> limits.maxScans() - free.availablePermits());
  }

  void scan(ScanRequest request, StreamObserver<ScanResponse> observer) {
    start(
        request.getShardsList(),
        request.getRange(),
        request.getReverse(),
        request.getAfter(),
        request.getLimit(),
        request.getConsistency(),
        new ScanSink.Entries((ServerCallStreamObserver<ScanResponse>) observer),
        NodeMetrics.Call.SCAN);
  }

  void keys(KeysRequest request, StreamObserver<KeysResponse> observer) {
    start(
        request.getShardsList(),
        request.getRange(),
        request.getReverse(),
        request.getAfter(),
        request.getLimit(),
        request.getConsistency(),
        new ScanSink.Keys((ServerCallStreamObserver<KeysResponse>) observer),
        NodeMetrics.Call.KEYS);
  }

  private void start(
      List<Integer> selected,
      KeyRange range,
      boolean reverse,
      ByteString after,
      long limit,
      io.cairn.v1.Consistency consistency,
      ScanSink<?> sink,
      NodeMetrics.Call kind) {
    FailureStatus problem =
        Checks.first(
            checks.range(range),
            checks.after(after),
            checks.consistency(consistency),
            checks.shards(selected, shards.count()));
    if (problem == null) {
      problem = admitOrNull();
    }
    if (problem != null) {
      answers.refuseScan(sink.observer(), problem);
      return;
    }
    ScanCall call =
        new ScanCall(
            shards.selected(selected),
            lanes.current(),
            Ranges.of(range, reverse, after, sink.keysOnly()),
            // Unsigned on the wire: more than a long can count is as good as no limit.
            limit <= 0 ? Long.MAX_VALUE : limit,
            WritePath.level(consistency) == Consistency.STRONG,
            sink,
            answers,
            scanners,
            limits.scanChunkBytes(),
            metrics.call(kind),
            new Share(admission, heldBytes()),
            openScans::release);
    call.begin();
  }

  /**
   * A scan holds one of few places, no more than two of its messages at a time, and what it copies
   * when it opens.
   */
  private @Nullable FailureStatus admitOrNull() {
    if (!openScans.tryAcquire()) {
      return FailureStatus.ofRead(
          Failure.OVERLOADED,
          limits.maxScans()
              + " scans are open, as many as limits.max-scans allows: try again later.");
    }
    Failure refused = admission.enterOrRefuse(heldBytes());
    if (refused != null) {
      openScans.release();
      return answers.notAdmitted(refused);
    }
    return null;
  }

  private long heldBytes() {
    return Admission.CALL_BYTES + 2L * limits.scanChunkBytes();
  }
}
