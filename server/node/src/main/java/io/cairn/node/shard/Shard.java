package io.cairn.node.shard;

import io.cairn.replication.core.Input;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.PendingTail;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.ReadBarrier;
import io.cairn.replication.core.ReplicaLog;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.storage.KeyValueStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One shard of the node. What runs in it is replaced when the shard is rebuilt from a snapshot; the
 * shard stays. Any thread may call it.
 */
public final class Shard {
  private final int number;
  private final int nodeId;
  private final CountDownLatch serving;
  private volatile RunningReplica running;
  private volatile ClusterMetadata metadata = ClusterMetadata.empty();

  Shard(int number, int nodeId, CountDownLatch serving, RunningReplica running) {
    this.number = number;
    this.nodeId = nodeId;
    this.serving = serving;
    this.running = running;
  }

  void start() {
    running.start();
  }

  boolean isStarted() {
    return running.isStarted();
  }

  boolean awaitServing(long timeoutMillis) throws InterruptedException {
    return serving.await(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  ReplicaThread replicaThread() {
    return running.replicaThread;
  }

  public int number() {
    return number;
  }

  /** Of the node that it belongs to. */
  public int nodeId() {
    return nodeId;
  }

  public ReplicaStatus status() {
    return running.replica.status();
  }

  public PendingTail pendingTail() {
    return running.replica.pendingTail();
  }

  public KeyValueStore store() {
    return running.store;
  }

  public ReplicaLog log() {
    return running.log;
  }

  // What the cluster tells it

  /** Versions in their order, from one thread at a time. */
  public void onMetadata(ClusterMetadata newer) {
    metadata = newer;
    running.report(new Input.MetadataChanged(newer, System.currentTimeMillis()));
  }

  public void onMessage(ProcessId from, PeerMessage message) {
    running.reportNow(new Input.Received(from, message));
  }

  public void onConnected(ProcessId peer) {
    running.report(new Input.PeerConnected(peer));
  }

  public void onDisconnected(ProcessId peer) {
    running.report(new Input.PeerDisconnected(peer));
  }

  public void onTick() {
    running.replicaThread.tick();
  }

  // Copies for other nodes

  /**
   * A copy of the store.
   *
   * @param appliedOffset the store has everything below it
   * @param previousCrc CRC of the record that ends there
   * @param previousEpoch epoch of that record
   */
  public record Copy(long appliedOffset, int previousCrc, long previousEpoch) {}

  /** Keeps the log from its present start on until it is closed. */
  public interface LogPin extends AutoCloseable {

    /** Also for a while after it is closed. */
    void keepForReceiver();

    @Override
    void close();
  }

  public LogPin pinLog() {
    return running.pinLog();
  }

  /** Makes a copy of the store in a directory that does not exist yet. */
  public Copy copyStore(Path directory) {
    return running.copyStore(directory);
  }

  // Calls

  /**
   * Asks for a write to be ordered. The proposal's context is a {@link PendingCall} of the lane.
   */
  public void propose(Proposal proposal, ReplyLane lane) {
    lane.submit(this, proposal);
  }

  /**
   * Tells the call when what it saw is committed, and nobody else can have led meanwhile.
   *
   * @param epoch {@link ReplicaStatus#epoch} from before the call looked
   * @param offset newest pending offset that it saw, or {@link ReadBarrier#NOTHING_PENDING}
   */
  public void whenCommitted(long epoch, long offset, PendingCall call) {
    call.lane().submit(this, ReadBarrier.committed(epoch, offset, call));
  }

  /** Tells the call when everything that is in the leader's log now is in the store. */
  public void whenApplied(PendingCall call) {
    call.lane().submit(this, ReadBarrier.applied(call));
  }

  /** What is wrong with it just now, one sentence each. */
  public List<String> problems() {
    return running.problems();
  }

  /** Of a leader that has no room for puts: whether another replica may soon lead that has. */
  public boolean mayHandOver(long nowNanos) {
    return running.mayHandOver(nowNanos);
  }

  /** Whether a sync hangs beyond {@code log.slow-sync}. */
  public boolean isDiskStalled() {
    return running.isDiskStalled();
  }

  void maybeFlush() {
    running.maybeFlush();
  }

  /** Ends the threads, which closes the log; the store has then what it took. */
  void stop() {
    running.stop();
  }

  /** After {@link #stop}: brings the store to disk and closes it. */
  void close() {
    running.close();
  }

  /** Lets another replica, on a log and store that were replaced, take over. */
  void replace(RunningReplica next) {
    running = next;
    next.start();
    onMetadata(metadata);
  }
}
