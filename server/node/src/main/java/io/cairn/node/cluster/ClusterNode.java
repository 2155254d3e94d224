package io.cairn.node.cluster;

import io.cairn.node.config.Address;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.shard.FailStop;
import io.cairn.node.shard.ReplicaLinks;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.peer.v1.Hello;
import io.cairn.replication.core.PeerMessage;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.IsrChange.AlterIsr;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.NodeMetadata;
import io.cairn.replication.core.metadata.ProcessId;
import io.cairn.replication.metadata.RatisMetadata;
import io.cairn.replication.metadata.RatisOptions;
import io.cairn.replication.metadata.SoleMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in its cluster: the metadata, the connections to the others, and what is done
 * with both. A node by itself is a cluster of one, whose metadata is a file.
 */
public final class ClusterNode
    implements ReplicaLinks, PeerLink.Listener, PeerService.Inbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

  private final NodeConfig config;
  private final DataDirectory directory;
  private final FailStop failStop;
  private final ScheduledExecutorService timer;
  private final @Nullable PeerNetwork network;
  private final MetadataQuorum quorum;
  private final @Nullable MetadataClient client;

  /** Of a member of the metadata quorum. */
  private final @Nullable QuorumFounding founding;

  private final @Nullable QuorumSeats seats;

  /** What the replicas here proposed last, by shard, to tell of each once. */
  private final Map<Integer, List<ProcessId>> proposedIsrs = new ConcurrentHashMap<>();

  private volatile @Nullable Shards shards;
  private volatile @Nullable Membership membership;
  private volatile @Nullable SnapshotFetcher fetcher;
  private @Nullable SnapshotSource snapshots;

  private ClusterNode(NodeConfig config, DataDirectory directory, FailStop failStop) {
    this.config = config;
    this.directory = directory;
    this.failStop = failStop;
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "cairn-cluster");
              thread.setDaemon(true);
              return thread;
            });
    NodeConfig.Cluster cluster = config.cluster();
    network =
        cluster == null
            ? null
            : new PeerNetwork(
                directory.identity().clusterId(),
                directory.process(),
                config.network().tls(),
                timer,
                this);
    try {
      if (cluster == null) {
        client = null;
        founding = null;
        seats = null;
        quorum = SoleMetadata.open(directory.identity().nodeId(), directory.soleMetadata());
      } else if (cluster.memberOrNull(directory.identity().nodeId()) != null) {
        client = null;
        RatisMetadata member = RatisMetadata.waiting(ratisOptions(cluster));
        quorum = member;
        stopWith(member);
        seats = new QuorumSeats(member);
        founding = founding(cluster, member);
        founding.beginIfKnown();
      } else {
        founding = null;
        seats = null;
        client =
            new MetadataClient(
                directory.identity().clusterId(),
                cluster.members(),
                Objects.requireNonNull(network)::newChannel,
                timer);
        quorum = client.metadata();
      }
    } catch (IOException | RuntimeException failed) {
      timer.shutdownNow();
      throw new NodeStartException(
          "The cluster's metadata cannot be opened: " + failed.getMessage() + ".", failed);
    }
  }

  private QuorumFounding founding(NodeConfig.Cluster cluster, RatisMetadata member) {
    Hello hello = PeerCodec.hello(directory.identity().clusterId(), directory.process()).build();
    QuorumPeers peers =
        new QuorumPeers(
            hello, cluster.members(), Objects.requireNonNull(network)::newChannel, timer);
    return new QuorumFounding(
        directory.clusterMetadata(), hello, peers, member, member::isFullDisk, failStop);
  }

  /** A member that cannot go on cannot tell any more what is agreed. */
  @SuppressWarnings("FutureReturnValueIgnored") // its callback handles the ending that matters
  private void stopWith(RatisMetadata member) {
    member
        .stopped()
        .whenComplete(
            (nothing, failed) -> {
              if (failed != null) {
                failStop.fail("The cluster's metadata cannot be kept any more", failed);
              }
            });
  }

  /** Opens the metadata; nothing is sent or registered yet. */
  public static ClusterNode open(NodeConfig config, DataDirectory directory, FailStop failStop) {
    return new ClusterNode(config, directory, failStop);
  }

  private RatisOptions ratisOptions(NodeConfig.Cluster cluster) {
    List<RatisOptions.Peer> founders =
        cluster.members().stream()
            .map(m -> new RatisOptions.Peer(m.nodeId(), m.peer().host(), m.metadataPort()))
            .toList();
    RatisOptions.Peer self =
        founders.stream()
            .filter(peer -> peer.nodeId() == directory.identity().nodeId())
            .findFirst()
            .orElseThrow();
    RatisOptions options =
        RatisOptions.of(
                self, founders, directory.identity().clusterId(), directory.clusterMetadata())
            .withListenHost(cluster.peerListen().host());
    NodeConfig.Tls tls = config.network().tls();
    return tls == null || tls.peerCa() == null
        ? options
        : options.withTls(new RatisOptions.Tls(tls.certificate(), tls.key(), tls.peerCa()));
  }

  /** Whether no other node can have led this one's shards. */
  public boolean isAlone() {
    return config.cluster() == null;
  }

  /**
   * Takes part: registers this process and tells the shards what is agreed.
   *
   * @param clientAddress where clients call this node
   */
  public void start(Shards opened, SnapshotFetcher.Reopener reopener, String clientAddress) {
    shards = opened;
    String peerAddress = "";
    PeerNetwork peers = network;
    NodeConfig.Cluster cluster = config.cluster();
    if (peers != null && cluster != null) {
      SnapshotSource source =
          new SnapshotSource(
              opened,
              directory.path().resolve("snapshots"),
              config.replication().snapshotBytesPerSecond());
      snapshots = source;
      fetcher =
          new SnapshotFetcher(
              directory,
              peers,
              quorum,
              reopener,
              failStop,
              PeerCodec.hello(directory.identity().clusterId(), directory.process()).build());
      Address listening =
          peers.listen(
              cluster.peerListen(),
              new PeerService(
                  directory.identity().clusterId(),
                  directory.process(),
                  quorum,
                  this,
                  source,
                  founding,
                  seats));
      NodeConfig.Member member = cluster.memberOrNull(directory.identity().nodeId());
      peerAddress = (member == null ? listening : member.peer()).toString();
    }
    Membership started =
        new Membership(
            config,
            directory.process(),
            List.of(peerAddress, clientAddress),
            quorum,
            seats,
            peers,
            opened,
            failStop,
            timer);
    membership = started;
    if (client != null) {
      client.start();
    }
    started.start();
    if (founding != null) {
      founding.start();
    }
  }

  public MetadataQuorum quorum() {
    return quorum;
  }

  /** Where clients call a node, or null when that is not known. */
  public @Nullable String clientAddressOrNull(int nodeId) {
    NodeMetadata node = quorum.current().nodes().get(nodeId);
    return node == null || node.endpoints().size() < 2 ? null : node.endpoints().get(1);
  }

  public ClusterMetadata metadata() {
    return quorum.current();
  }

  /** What is wrong with the connections to others, one sentence each. */
  public List<String> problems() {
    PeerNetwork peers = network;
    return peers == null ? List.of() : peers.problems();
  }

  // What the replicas ask for

  @Override
  public void send(int shard, ProcessId to, PeerMessage message) {
    PeerNetwork peers = network;
    if (peers != null) {
      peers.send(to, PeerCodec.encode(shard, message));
    }
  }

  @Override
  public void proposeIsr(AlterIsr change) {
    // Without a majority of the quorum the same is proposed again and again.
    if (!change.isr().equals(proposedIsrs.put(change.shard(), change.isr()))) {
      LOG.info("Shard {}: proposes the in-sync replicas {}", change.shard(), change.isr());
    }
    Membership started = membership;
    if (started != null) {
      started.propose(change);
    }
  }

  @Override
  public void rebuild(int shard, String reason) {
    LOG.warn("Shard {} has to be copied from another node: {}", shard, reason);
    SnapshotFetcher started = fetcher;
    if (started != null) {
      started.fetch(shard);
    }
  }

  // What comes in

  @Override
  public void onMessage(ProcessId from, io.cairn.peer.v1.PeerMessage message) {
    if (message.hasHeartbeat()) {
      Membership started = membership;
      if (started != null) {
        started.onHeartbeat(from, Heartbeat.of(from.nodeId(), message.getHeartbeat()));
      }
      return;
    }
    Shards opened = shards;
    if (opened != null && message.getShard() < opened.count()) {
      opened.all().get(message.getShard()).onMessage(from, PeerCodec.decode(message));
    }
  }

  @Override
  public void onClosed(ProcessId from) {
    eachShard(shard -> shard.onDisconnected(from));
    Membership started = membership;
    if (started != null) {
      started.onSuspect(from.nodeId());
    }
  }

  @Override
  public void onConnected(ProcessId peer) {
    eachShard(shard -> shard.onConnected(peer));
  }

  @Override
  public void onDisconnected(ProcessId peer) {
    onClosed(peer);
  }

  @Override
  public void onUnreachable(int nodeId) {
    Membership started = membership;
    if (started != null) {
      started.onSuspect(nodeId);
    }
  }

  private void eachShard(Consumer<Shard> action) {
    Shards opened = shards;
    if (opened != null) {
      opened.all().forEach(action);
    }
  }

  // The end

  /** Hands over what this node leads, waiting at most so long. */
  public void leave(long timeoutMillis) {
    Membership started = membership;
    if (started != null) {
      try {
        started.leave(timeoutMillis);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Before the shards are closed: nothing comes in any more. */
  public void disconnect() {
    SnapshotFetcher started = fetcher;
    if (started != null) {
      started.close();
    }
    PeerNetwork peers = network;
    if (peers != null) {
      peers.close();
    }
    timer.shutdownNow();
    try {
      timer.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (founding != null) {
      founding.close();
    }
    if (snapshots != null) {
      snapshots.close();
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    quorum.close();
  }
}
