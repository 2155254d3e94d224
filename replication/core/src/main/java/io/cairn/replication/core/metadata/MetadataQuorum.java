package io.cairn.replication.core.metadata;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What orders and persists the changes of the cluster metadata, seen from one node. The rules are
 * those of {@link ClusterMetadata#apply}, wherever they are carried out. All methods may be called
 * from any thread; none blocks but {@link #close}.
 */
public interface MetadataQuorum extends AutoCloseable {

  /**
   * Orders and persists a change. The future completes with what the rules said: an {@link
   * ChangeResult.Applied} holds the metadata right after this change, which may be newer than
   * {@link #current} here.
   *
   * <p>It completes exceptionally with a {@link MetadataUnavailableException} when no answer came
   * within the limit; the change may have been applied then, or may be later.
   */
  CompletableFuture<ChangeResult> propose(MetadataChange change);

  /** The newest metadata that is known here. */
  ClusterMetadata current();

  /**
   * Calls the listener at once with the current metadata, then with every newer version that gets
   * known here, in order; versions may be skipped. It is called by one thread at a time and must
   * not block.
   */
  void listen(Consumer<ClusterMetadata> listener);

  /** Whether this node leads the quorum, as far as it knows: another one may already. */
  boolean isController();

  /** Who leads the quorum as far as this node knows, or {@link NodeMetadata#NONE}. */
  int controllerOrNone();

  /**
   * The controller has failed for certain: this node stands for election at once, when it is a
   * member and follows, and does not wait until the controller has been silent for long enough. It
   * may lose, and a controller that lives is deposed, without harm but for the time.
   */
  void campaign();

  /** Proposals that still wait complete exceptionally, and nothing is listened to any more. */
  @Override
  void close();
}
