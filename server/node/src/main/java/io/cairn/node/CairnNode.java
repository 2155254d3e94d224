package io.cairn.node;

import io.cairn.node.cluster.ClusterNode;
import io.cairn.node.config.Address;
import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.DataDirectory;
import io.cairn.node.data.NodeIdentity;
import io.cairn.node.data.NodeStartException;
import io.cairn.node.data.SelfTest;
import io.cairn.node.metrics.MetricsServer;
import io.cairn.node.metrics.NodeMetrics;
import io.cairn.node.service.Admission;
import io.cairn.node.service.ClusterService;
import io.cairn.node.service.KvService;
import io.cairn.node.service.NodeView;
import io.cairn.node.service.ReadPool;
import io.cairn.node.shard.Engines;
import io.cairn.node.shard.FailStop;
import io.cairn.node.shard.Shard;
import io.cairn.node.shard.Shards;
import io.cairn.replication.core.LogSpace;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.storage.StoreException;
import io.cairn.v1.NodeHealth;
import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, from its start to its end. Owns everything else; any thread may call it.
 *
 * <p>When something fails that cannot be made good, the node stops serving by itself: {@link
 * #awaitTermination} returns and {@link #failureOrNull} tells why. It never ends the process.
 */
public final class CairnNode implements NodeView, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CairnNode.class);
  private static final long LAST_ANSWERS_MILLIS = 500;

  /** How long a stop waits for others to lead what this node leads. */
  private static final long HAND_OVER_MILLIS = 3_000;

  /** How long those who wait are given to learn that the outcome of their write is unknown. */
  private static final long FAILED_ANSWERS_MILLIS = 3_000;

  /**
   * Where the node listens.
   *
   * @param client 0 when it serves this process only
   * @param metrics 0 when there is none
   */
  public record Ports(int client, int metrics) {}

  private final NodeConfig config;
  private final Transport transport;
  private final long startedNanos = System.nanoTime();
  private final FailStop failStop = new FailStop(this::onFailure);
  private final HealthBoard healthBoard = new HealthBoard();
  private final Admission admission;
  private final NodeMetrics metrics = new NodeMetrics();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What to close, the last first. */
  private final Deque<Runnable> toClose = new ArrayDeque<>();

  private volatile NodeHealth health = NodeHealth.NODE_HEALTH_STARTING;
  private List<Shard> shards = List.of();
  private List<String> warnings = List.of();
  private @Nullable DataDirectory directory;
  private @Nullable ClusterNode cluster;
  private @Nullable MetricsServer metricsServer;

  private CairnNode(NodeConfig config, Transport transport) {
    this.config = config;
    this.transport = transport;
    admission = new Admission(config.limits().maxInFlightBytes());
  }

  /**
   * Starts a node and returns when it serves.
   *
   * @throws NodeStartException whose message says what is wrong; nothing is left behind
   */
  public static CairnNode start(NodeConfig config) {
    return start(config, NettyTransport::new, DiskEngines::new);
  }

  static CairnNode start(
      NodeConfig config,
      Function<NodeConfig, Transport> transport,
      BiFunction<DataDirectory, NodeConfig, Engines> engines) {
    CairnNode node = new CairnNode(config, transport.apply(config));
    node.toClose.push(node.metrics::close);
    node.toClose.push(node.transport::close);
    try {
      node.open(engines);
      return node;
    } catch (UnknownHostException unknown) {
      node.end(node::closeAll);
      throw new NodeStartException(
          "The address listen ("
              + config.network().listen()
              + ") cannot be used: "
              + unknown.getMessage()
              + ". Choose another --listen.",
          unknown);
    } catch (IOException unusable) {
      node.end(node::closeAll);
      throw new NodeStartException(
          "The address listen ("
              + config.network().listen()
              + ") cannot be used: "
              + (unusable.getCause() == null ? unusable : unusable.getCause()).getMessage()
              + ". Is another node running there? Choose another --listen.",
          unusable);
    } catch (StoreException refused) {
      node.end(node::closeAll);
      throw new NodeStartException(
          "The store cannot be opened: " + refused.getMessage() + ".", refused);
    } catch (RuntimeException | Error failed) {
      node.end(node::closeAll);
      if (failed.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failed;
    }
  }

  private void open(BiFunction<DataDirectory, NodeConfig, Engines> engines) throws IOException {
    DataDirectory opened = DataDirectory.open(config);
    directory = opened;
    toClose.push(opened::close);
    warnings = SelfTest.run(opened.path(), config.diskReserveBytes(opened.identity().shards()));
    warnings.forEach(LOG::warn);
    startMetricsServer();
    ClusterNode joined = ClusterNode.open(config, opened, failStop);
    cluster = joined;
    toClose.push(joined::close);
    Shards all =
        Shards.open(
            opened.identity().shards(),
            config,
            engines.apply(opened, config),
            failStop,
            metrics,
            joined,
            opened.process(),
            joined.isAlone());
    shards = all.all();
    toClose.push(() -> all.stop(config.drainTimeoutMillis()));
    new NodeGauges(metrics).register(this, all, admission);
    ReadPool pool = new ReadPool(config);
    toClose.push(pool::close);
    KvService kv =
        new KvService(
            config.limits(),
            opened.identity(),
            all,
            transport.lanes(),
            admission,
            pool,
            metrics,
            joined::clientAddressOrNull);
    toClose.push(() -> transport.stopCalls(LAST_ANSWERS_MILLIS));
    toClose.push(kv::endPipelines);
    transport.start(services(kv, new ClusterService(this, all, pool)));
    toClose.push(joined::disconnect);
    joined.start(all, all::reopen, clientAddress());
    if (joined.isAlone()) {
      all.awaitServing();
    }
    if (!failStop.hasFailed()) {
      health = NodeHealth.NODE_HEALTH_SERVING;
      healthBoard.serving();
    }
    LOG.info(
        "Node {} serves {} shards from {}",
        opened.identity().nodeId(),
        shards.size(),
        opened.path());
  }

  /** Where others are told that clients call this node. */
  private String clientAddress() {
    Address advertise = config.network().advertise();
    Address told =
        advertise == null
            ? new Address(config.network().listen().host(), transport.port())
            : advertise;
    return told.toString();
  }

  private List<BindableService> services(KvService kv, ClusterService cluster) {
    return List.of(kv, cluster, healthBoard.service(), ProtoReflectionServiceV1.newInstance());
  }

  private void startMetricsServer() {
    if (config.network().metricsListen() != null) {
      MetricsServer started =
          new MetricsServer(
              config.network().metricsListen(),
              metrics::scrape,
              this::deadBecause,
              this::unreadyBecause);
      metricsServer = started;
      toClose.push(started::close);
    }
  }

  private List<String> deadBecause() {
    FailStop.Failure failure = failStop.failureOrNull();
    return failure == null ? List.of() : List.of(failure.reason());
  }

  private List<String> unreadyBecause() {
    NodeHealth now = health();
    return now == NodeHealth.NODE_HEALTH_SERVING || now == NodeHealth.NODE_HEALTH_READ_ONLY
        ? List.of()
        : List.of("The node is " + now.name().substring("NODE_HEALTH_".length()) + ".");
  }

  /** On the thread that failed, which must not wait here for its own end. */
  private void onFailure(FailStop.Failure failure) {
    LOG.error("The node stops for good: {}", failure.reason(), failure.cause());
    healthBoard.notServing();
    admission.close();
    Thread thread =
        new Thread(
            () -> {
              awaitAnswers(FAILED_ANSWERS_MILLIS);
              transport.stopCalls(LAST_ANSWERS_MILLIS);
              terminated.countDown();
            },
            "cairn-fail-stop");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the node is closed or has failed. */
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /** Why the node stopped by itself, or null. */
  public @Nullable String failureOrNull() {
    FailStop.Failure failure = failStop.failureOrNull();
    return failure == null ? null : failure.reason();
  }

  /**
   * Refuses new requests, finishes those under way (at most {@code drain-timeout}), brings
   * everything to disk and ends. Closing twice is allowed; every call returns when it is done.
   */
  @Override
  public void close() {
    end(
        () -> {
          if (!failStop.hasFailed()) {
            drain();
          }
          closeAll();
          LOG.info("Node {} has stopped", identity().nodeId());
        });
  }

  /**
   * Ends the node, once, on a thread that nobody can interrupt, and waits for it even when the
   * caller is interrupted: whoever cuts the waiting short closes a store under those who use it.
   */
  private void end(Runnable end) {
    if (closing.compareAndSet(false, true)) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  end.run();
                } finally {
                  terminated.countDown();
                  closed.countDown();
                }
              },
              "cairn-close");
      thread.setDaemon(false);
      thread.start();
    }
    boolean interrupted = false;
    while (true) {
      try {
        closed.await();
        break;
      } catch (InterruptedException noted) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain() {
    LOG.info("Node {} is stopping", identity().nodeId());
    admission.close();
    health = NodeHealth.NODE_HEALTH_STOPPING;
    healthBoard.notServing();
    awaitAnswers(config.drainTimeoutMillis());
    cluster().leave(HAND_OVER_MILLIS);
  }

  private void awaitAnswers(long timeoutMillis) {
    try {
      if (!admission.awaitEmpty(timeoutMillis)) {
        LOG.warn(
            "Requests of {} bytes were still under way after {} ms and are cut off",
            admission.inFlightBytes(),
            timeoutMillis);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    while (!toClose.isEmpty()) {
      Runnable close = toClose.pop();
      try {
        close.run();
      } catch (RuntimeException | Error failed) {
        LOG.warn("A part of the node could not be closed in order", failed);
      }
    }
  }

  /** In the order of their numbers. */
  public List<Shard> shards() {
    return List.copyOf(shards);
  }

  public Ports ports() {
    MetricsServer started = metricsServer;
    return new Ports(transport.port(), started == null ? 0 : started.port());
  }

  /** What a user should read first, one line each. */
  public List<String> firstLines() {
    return FirstLines.of(this);
  }

  @Override
  public NodeConfig config() {
    return config;
  }

  @Override
  public NodeIdentity identity() {
    return openDirectory().identity();
  }

  @Override
  public Path dataDirectory() {
    return openDirectory().path();
  }

  private DataDirectory openDirectory() {
    DataDirectory opened = directory;
    if (opened == null) {
      throw new IllegalStateException("the data directory is not open yet");
    }
    return opened;
  }

  /** Its part in the cluster. */
  public ClusterNode cluster() {
    ClusterNode opened = cluster;
    if (opened == null) {
      throw new IllegalStateException("the cluster is not open yet");
    }
    return opened;
  }

  @Override
  public MetadataQuorum metadataQuorum() {
    return cluster().quorum();
  }

  @Override
  public NodeHealth health() {
    if (failStop.hasFailed()) {
      return NodeHealth.NODE_HEALTH_FAILED;
    }
    if (health == NodeHealth.NODE_HEALTH_SERVING) {
      for (Shard shard : shards) {
        if (shard.log().space() != LogSpace.AVAILABLE) {
          return NodeHealth.NODE_HEALTH_READ_ONLY;
        }
      }
    }
    return health;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>(deadBecause());
    problems.addAll(warnings);
    ClusterNode opened = cluster;
    if (opened != null) {
      problems.addAll(opened.problems());
    }
    for (Shard shard : shards) {
      problems.addAll(shard.problems());
    }
    return problems;
  }

  @Override
  public long uptimeMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }
}
