package io.cairn.node.cluster;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.shard.FailStop;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.peer.v1.PeerMessage;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.ReplicaStatus;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.FailureDetector;
import io.cairn.replication.core.metadata.IsrChange;
import io.cairn.replication.core.metadata.LogEnd;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeChange;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.core.metadata.ReplicaChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as one of its cluster: registers it, tells the shards what is agreed, says regularly
 * that it lives, and, while this node is the controller, decides who does not.
 *
 * <p>A node by itself does the same with itself. All of it happens on one thread, the timer's; what
 * others report is handed to it.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final long TICK_MILLIS = Shards.TICK_MILLIS;
  private static final int TICKS_PER_HEARTBEAT = 2;
  private static final int TICKS_PER_SECOND = (int) (1_000 / TICK_MILLIS);

  /** After a hint; long enough for a heartbeat that is under way. */
  private static final int HINT_TICKS = 4;

  private final NodeConfig config;
  private final ProcessId self;
  private final List<String> endpoints;
  private final MetadataQuorum quorum;
  private final @Nullable QuorumSeats seats;
  private final @Nullable PeerNetwork network;
  private final Shards shards;
  private final FailStop failStop;
  private final ScheduledExecutorService timer;
  private final FailureDetector detector;

  /** Ids of the nodes that agree on the metadata, and hold the shards at first. */
  private final List<Integer> members;

  private final AtomicBoolean registering = new AtomicBoolean();
  private volatile boolean leaving;

  // Touched by the timer's thread alone
  private ClusterMetadata metadata = ClusterMetadata.empty();
  private final Set<ProcessId> suspects = new HashSet<>();
  private final Map<Integer, Map<Integer, LogEnd>> logEnds = new HashMap<>();
  private boolean registered;
  private boolean registeredBefore;
  private boolean wasController;
  private boolean creating;
  private boolean campaigning;
  private long lastTickNanos = System.nanoTime();
  private int ticks;

  /**
   * @param endpoints where other nodes call this one (empty when there are none), and where clients
   *     do
   * @param seats null when this node can be no controller with others
   * @param network null for a node by itself
   */
  Membership(
      NodeConfig config,
      ProcessId self,
      List<String> endpoints,
      MetadataQuorum quorum,
      @Nullable QuorumSeats seats,
      @Nullable PeerNetwork network,
      Shards shards,
      FailStop failStop,
      ScheduledExecutorService timer) {
    this.config = config;
    this.self = self;
    this.endpoints = endpoints;
    this.quorum = quorum;
    this.seats = seats;
    this.network = network;
    this.shards = shards;
    this.failStop = failStop;
    this.timer = timer;
    NodeConfig.Cluster cluster = config.cluster();
    members =
        cluster == null
            ? List.of(self.nodeId())
            : cluster.members().stream().map(NodeConfig.Member::nodeId).toList();
    int timeoutTicks = (int) (config.replication().failureTimeoutMillis() / TICK_MILLIS);
    detector = new FailureDetector(timeoutTicks, Math.min(HINT_TICKS, timeoutTicks));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what a tick throws stops the node
  void start() {
    quorum.listen(newer -> run(() -> onMetadata(newer)));
    timer.scheduleAtFixedRate(() -> guarded(this::onTick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Proposes what a replica asks for. Any thread. */
  void propose(IsrChange.AlterIsr change) {
    run(
        () ->
            propose(
                change,
                result -> {
                  if (result instanceof ChangeResult.Refused refused) {
                    LOG.info("Shard {}: {}", change.shard(), refused.sentence());
                  }
                }));
  }

  private void run(Runnable task) {
    try {
      timer.execute(() -> guarded(task));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("nothing is heard any more");
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable failed) {
      failStop.fail("The node's part in its cluster failed", failed);
    }
  }

  // What others report

  void onHeartbeat(ProcessId from, Heartbeat heartbeat) {
    run(
        () -> {
          if (heartbeat.leaving()) {
            detector.onLeaving(from.nodeId(), from.storeId(), from.incarnation());
            decide(1);
            return;
          }
          onHeard(from, heartbeat);
          for (ProcessId suspect : heartbeat.suspects()) {
            detector.onHint(
                from.nodeId(), suspect.nodeId(), suspect.storeId(), suspect.incarnation());
          }
          maybeCampaign();
        });
  }

  private void onHeard(ProcessId from, Heartbeat heartbeat) {
    List<LogEnd> ends = heartbeat.logEnds();
    detector.onHeartbeat(
        from.nodeId(), from.storeId(), from.incarnation(), heartbeat.ready(), ends);
    detector.onDiskFull(from.nodeId(), from.storeId(), from.incarnation(), heartbeat.diskFull());
    Map<Integer, LogEnd> byShard = logEnds.computeIfAbsent(from.nodeId(), id -> new HashMap<>());
    ends.forEach(end -> byShard.put(end.shard(), end));
  }

  /** The connection to a process broke, or could not be made. */
  void onSuspect(int nodeId) {
    run(
        () -> {
          NodeMetadata node = metadata.nodes().get(nodeId);
          if (node != null && node.alive()) {
            suspects.add(node.process());
            detector.onHint(self.nodeId(), nodeId, node.storeId(), node.incarnation());
            sendHeartbeat();
            maybeCampaign();
          }
        });
  }

  // What is agreed

  /** Also of an answer to a proposal, which may be newer than what has been heard of otherwise. */
  private void onMetadata(ClusterMetadata newer) {
    if (newer.version() <= metadata.version()) {
      return;
    }
    logChanges(metadata, newer);
    metadata = newer;
    NodeMetadata own = newer.nodes().get(self.nodeId());
    registered = own != null && own.process().equals(self);
    if (own != null && isReplaced(own)) {
      failStop.fail(
          "This node was replaced",
          new IllegalStateException(
              "another process has joined the cluster as node " + self.nodeId()));
      return;
    }
    if (network != null) {
      network.connect(addresses());
    }
    detector.onMetadata(newer);
    shards.all().forEach(shard -> shard.onMetadata(newer));
    decide(0);
  }

  private boolean isReplaced(NodeMetadata own) {
    return own.storeId().equals(self.storeId())
        ? own.incarnation() > self.incarnation()
        : registeredBefore && !own.process().equals(self);
  }

  private static void logChanges(ClusterMetadata before, ClusterMetadata after) {
    after
        .nodes()
        .forEach(
            (nodeId, node) -> {
              NodeMetadata old = before.nodes().get(nodeId);
              if (old == null || old.alive() != node.alive()) {
                LOG.info(
                    "Node {} is {}", nodeId, node.alive() ? "alive" : "not alive (or not ready)");
              }
            });
  }

  /** Of all nodes; before they have registered, of those that are configured and not forgotten. */
  private Map<Integer, String> addresses() {
    Map<Integer, String> addresses = new TreeMap<>();
    NodeConfig.Cluster cluster = config.cluster();
    if (cluster != null) {
      cluster.members().forEach(m -> addresses.put(m.nodeId(), m.peer().toString()));
    }
    addresses.keySet().removeAll(metadata.forgotten());
    metadata
        .nodes()
        .forEach(
            (nodeId, node) -> {
              if (!node.endpoints().isEmpty() && !node.endpoints().get(0).isEmpty()) {
                addresses.put(nodeId, node.endpoints().get(0));
              }
            });
    addresses.remove(self.nodeId());
    return addresses;
  }

  // Time

  private void onTick() {
    long now = System.nanoTime();
    int elapsed =
        (int) Math.max(1, (now - lastTickNanos) / TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
    lastTickNanos = now;
    if (network != null && ticks == 0) {
      network.connect(addresses());
    }
    if (!registered && !leaving) {
      register();
    }
    if (ticks++ % TICKS_PER_HEARTBEAT == 0) {
      sendHeartbeat();
    }
    decide(elapsed);
    if (seats != null && wasController && ticks % TICKS_PER_SECOND == 0) {
      seats.maybeForget(metadata);
    }
  }

  private void register() {
    if (registering.compareAndSet(false, true)) {
      propose(
          new NodeChange.Register(
              self.nodeId(), self.storeId(), self.incarnation(), endpoints, metadata.version()),
          result -> {
            registering.set(false);
            if (result instanceof ChangeResult.Refused refused) {
              onRegisterRefused(refused);
            } else if (result instanceof ChangeResult.Applied) {
              registeredBefore = true;
            }
          });
    }
  }

  private void onRegisterRefused(ChangeResult.Refused refused) {
    if (refused.refusal() == ChangeResult.Refusal.STALE_VERSION) {
      return; // its metadata was old: it is asked again with what has been heard since
    }
    failStop.fail(
        "The node cannot join its cluster", new IllegalStateException(refused.sentence()));
  }

  /**
   * @param then told of the answer, or of null when there was none, on the timer's thread
   */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles both endings
  private void propose(MetadataChange change, Consumer<@Nullable ChangeResult> then) {
    quorum
        .propose(change)
        .whenComplete(
            (result, failed) ->
                run(
                    () -> {
                      if (failed != null) {
                        LOG.debug("{} got no answer: {}", change, failed.toString());
                      } else if (result instanceof ChangeResult.Applied applied) {
                        onMetadata(applied.metadata());
                      }
                      then.accept(failed == null ? result : null);
                    }));
  }

  private List<LogEnd> ownLogEnds() {
    List<LogEnd> ends = new ArrayList<>();
    for (Shard shard : shards.all()) {
      ends.add(
          new LogEnd(
              shard.number(),
              self.nodeId(),
              shard.log().lastEpoch(),
              shard.status().durableEndOffset()));
    }
    return ends;
  }

  private void sendHeartbeat() {
    boolean stops = leaving;
    if (stops) {
      detector.onLeaving(self.nodeId(), self.storeId(), self.incarnation());
    }
    boolean diskFull =
        shards.all().stream().anyMatch(shard -> shard.log().space() != LogSpace.AVAILABLE);
    Heartbeat heartbeat =
        new Heartbeat(registered && !stops, stops, diskFull, ownLogEnds(), List.copyOf(suspects));
    onHeard(self, heartbeat);
    if (network == null) {
      return;
    }
    suspects.clear();
    PeerMessage message = heartbeat.toMessage();
    Set<Integer> listeners = new HashSet<>(members);
    listeners.add(quorum.controllerOrNone()); // it may be younger than this node's configuration
    for (int listener : listeners) {
      network.sendWhenReady(listener, message);
    }
  }

  // The controller

  /**
   * @param elapsedTicks 0 when no time has passed but something else has changed
   */
  private void decide(int elapsedTicks) {
    boolean controller = quorum.isController();
    if (controller && !wasController) {
      LOG.info("Node {} is the controller", self.nodeId());
      detector.onController(metadata);
    }
    wasController = controller;
    if (!controller) {
      return;
    }
    if (elapsedTicks > 0) {
      for (MetadataChange change : detector.tick(elapsedTicks)) {
        LOG.info("The controller proposes {}", change);
        propose(change, result -> {});
      }
    }
    maybeCreateShards();
  }

  /** The quorum itself would wait for a controller that is silent. */
  private void maybeCampaign() {
    int controller = quorum.controllerOrNone();
    boolean candidate = detector.candidateOrNone(controller, members) == self.nodeId();
    if (candidate && !campaigning) {
      LOG.info("All others have lost the controller, node {}: this one takes over", controller);
      quorum.campaign();
    }
    campaigning = candidate;
  }

  private void maybeCreateShards() {
    if (creating || metadata.shards().size() >= shards.count()) {
      return;
    }
    for (int member : members) {
      NodeMetadata node = metadata.nodes().get(member);
      if (node == null || !node.alive() || !logEnds.containsKey(member)) {
        return;
      }
    }
    creating = true;
    int next = metadata.shards().size();
    ReplicaChange.CreateShard change;
    try {
      change = FirstShards.create(next, members, self.nodeId(), logEnds);
    } catch (IllegalStateException impossible) {
      failStop.fail("The cluster cannot be made", impossible);
      return;
    }
    propose(
        change,
        result -> {
          creating = false;
          if (result instanceof ChangeResult.Refused refused) {
            LOG.warn("Shard {} cannot be created: {}", next, refused.sentence());
          } else {
            decide(0);
          }
        });
  }

  // The end

  /** Says that this process stops, and waits until it leads nothing, at most so long. */
  void leave(long timeoutMillis) throws InterruptedException {
    leaving = true;
    run(this::sendHeartbeat);
    if (network == null) {
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (leadsAny() && System.nanoTime() - deadline < 0 && !failStop.hasFailed()) {
      Thread.sleep(10);
    }
  }

  private boolean leadsAny() {
    return shards.all().stream()
        .map(shard -> shard.status().role())
        .anyMatch(
            role -> role == ReplicaStatus.Role.LEADER || role == ReplicaStatus.Role.OPENING_EPOCH);
  }
}
