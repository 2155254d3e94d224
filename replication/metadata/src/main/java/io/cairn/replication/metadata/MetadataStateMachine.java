package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The metadata as the quorum's log makes it: applies {@link MetadataChange}s, in the order of the
 * log, by the rules of the core, which are deterministic. Ratis calls all that changes it from one
 * thread.
 */
final class MetadataStateMachine extends BaseStateMachine {

  /** What its owner wants to hear of; called from threads of Ratis. */
  interface Owner {
    void onMetadata(ClusterMetadata metadata);

    void onLeaderChanged();

    /**
     * This member goes no further.
     *
     * @param cause null when it was closed, or removed from the quorum
     */
    void onStopped(@Nullable Throwable cause);
  }

  private final Owner owner;
  private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
  private ClusterMetadata metadata = ClusterMetadata.empty();
  private volatile @Nullable SingleFileSnapshotInfo latestSnapshot;

  MetadataStateMachine(Owner owner) {
    this.owner = owner;
  }

  // Ratis asks for the life cycle when it installs a snapshot, and stops a member whose state
  // machine does not go through these states.

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
      throws IOException {
    super.initialize(server, groupId, raftStorage);
    getLifeCycle()
        .startAndTransition(
            () -> {
              storage.init(raftStorage);
              load(storage.getLatestSnapshot());
            },
            IOException.class);
  }

  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              SingleFileSnapshotInfo snapshot = storage.loadLatestSnapshot();
              if (snapshot != null) {
                // Ratis does not force what it has got from the leader, and forgets the log.
                MetadataFile.force(snapshot.getFile().getPath());
              }
              load(snapshot);
            },
            IOException.class);
  }

  private void load(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
    if (snapshot == null) {
      return;
    }
    metadata = MetadataFile.read(snapshot.getFile().getPath());
    latestSnapshot = snapshot;
    setLastAppliedTermIndex(snapshot.getTermIndex());
    owner.onMetadata(metadata);
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return storage;
  }

  // Ratis asks with each heartbeat, and as long as there is none its storage lists the folder.
  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latestSnapshot;
  }

  /** Asks the leader, before it puts a change into the log, whether all will understand it. */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext transaction = super.startTransaction(request);
    try {
      MetadataCodec.decodeChange(request.getMessage().getContent().toByteArray());
    } catch (MetadataFormatException e) {
      transaction.setException(e);
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    try {
      LogEntryProto entry = transaction.getLogEntry();
      MetadataChange change =
          MetadataCodec.decodeChange(entry.getStateMachineLogEntry().getLogData().toByteArray());
      ChangeResult result = metadata.apply(change);
      if (result instanceof ChangeResult.Applied applied) {
        metadata = applied.metadata();
        owner.onMetadata(metadata);
      }
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(
          Message.valueOf(ByteString.copyFrom(MetadataCodec.encode(result))));
    } catch (RuntimeException | Error e) {
      // A change that is not understood here, or a violation. To pass over it would be to disagree.
      owner.onStopped(e);
      throw e;
    }
  }

  @Override
  public long takeSnapshot() throws IOException {
    TermIndex last = getLastAppliedTermIndex();
    if (last.getIndex() < 0) {
      return last.getIndex();
    }
    Path file = storage.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
    MetadataFile.write(file, metadata);
    MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
    SingleFileSnapshotInfo snapshot = new SingleFileSnapshotInfo(new FileInfo(file, digest), last);
    storage.updateLatestSnapshot(snapshot);
    latestSnapshot = snapshot;
    return last.getIndex();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId memberId, RaftPeerId leader) {
    owner.onLeaderChanged();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    owner.onStopped(cause);
  }

  @Override
  public void close() {
    owner.onStopped(null);
  }
}
