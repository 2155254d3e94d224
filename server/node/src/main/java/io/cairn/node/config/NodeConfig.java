package io.cairn.node.config;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node is told when it starts. A value of this type is valid: what one setting demands
 * of another has been checked. {@link Settings} tells what each means and its range.
 *
 * @param nodeId 0 for what the data directory was created with
 * @param cluster null for a node by itself
 * @param shards 0 for what the data directory was created with
 */
public record NodeConfig(
    Path dataDirectory,
    int nodeId,
    int shards,
    Network network,
    Limits limits,
    Log log,
    Storage storage,
    Replication replication,
    @Nullable Cluster cluster,
    long drainTimeoutMillis) {

  public static final int DEFAULT_SHARDS = 1;
  public static final int DEFAULT_NODE_ID = 1;

  /** What a message has around its keys and values, at most. */
  private static final int REQUEST_OVERHEAD_BYTES = 256;

  /**
   * @param advertise what clients are told, null for what it listens on
   * @param metricsListen null for none
   * @param tls null for none
   */
  public record Network(
      Address listen,
      @Nullable Address advertise,
      @Nullable Address metricsListen,
      boolean insecure,
      @Nullable Tls tls) {}

  /**
   * @param clientCa null when any client may call
   * @param peerCa null when there are no other nodes
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientCa, @Nullable Path peerCa) {}

  /**
   * The cluster that the node belongs to.
   *
   * @param members the nodes that agree on the metadata
   * @param peerListen where other nodes call this one
   */
  public record Cluster(String name, List<Member> members, Address peerListen) {
    public Cluster {
      members = List.copyOf(members);
    }

    /** The member that this node is, or null. */
    public @Nullable Member memberOrNull(int nodeId) {
      return members.stream().filter(m -> m.nodeId() == nodeId).findFirst().orElse(null);
    }
  }

  /**
   * A node that agrees on the metadata.
   *
   * @param peer where other nodes call it
   * @param metadataPort on the same host, where the metadata is agreed on
   */
  public record Member(int nodeId, Address peer, int metadataPort) {}

  public record Replication(
      long failureTimeoutMillis,
      long lagTimeoutMillis,
      long maxInFlightBytes,
      long snapshotBytesPerSecond) {}

  public record Limits(
      int maxKeyBytes,
      int maxValueBytes,
      int maxKeysPerRequest,
      int maxMessageBytes,
      long maxInFlightBytes,
      long maxUnappliedBytes,
      int maxWaitingReads,
      int maxScans,
      int scanChunkBytes,
      int maxCallsPerConnection,
      long maxPipelinedBytes) {}

  public record Log(
      long segmentBytes,
      int maxRecordBytes,
      long retentionBytes,
      long diskReserveBytes,
      int maxUnsyncedRecords,
      long slowSyncMillis,
      int retryWindowOperations,
      long retryWindowBytes) {}

  public record Storage(
      long blockCacheBytes,
      long writeBufferBytes,
      long writeMemoryBytes,
      long flushAfterBytes,
      int readThreads) {}

  public NodeConfig {
    List<String> problems = new ArrayList<>();
    atLeast(problems, limits, Settings.MAX_MESSAGE, limits.maxMessageBytes(), requestBytes(limits));
    atLeast(
        problems,
        limits,
        Settings.MAX_RECORD,
        log.maxRecordBytes(),
        operationBytes(limits) + LogRecord.HEADER_BYTES);
    atLeast(
        problems,
        limits,
        Settings.MAX_IN_FLIGHT,
        limits.maxInFlightBytes(),
        2 * requestBytes(limits));
    // A scan holds two of its messages and a little more.
    atLeastTimes(
        problems,
        3,
        Settings.MAX_IN_FLIGHT,
        limits.maxInFlightBytes(),
        Settings.SCAN_CHUNK,
        limits.scanChunkBytes());
    atLeastTimes(
        problems,
        1,
        Settings.MAX_UNAPPLIED,
        limits.maxUnappliedBytes(),
        Settings.MAX_RECORD,
        log.maxRecordBytes());
    atLeastTimes(
        problems,
        4,
        Settings.SEGMENT_SIZE,
        log.segmentBytes(),
        Settings.MAX_RECORD,
        log.maxRecordBytes());
    // One segment is prepared ahead, and takes what had been accepted when space ran out.
    atLeastTimes(
        problems,
        1,
        Settings.SEGMENT_SIZE,
        log.segmentBytes(),
        Settings.MAX_UNAPPLIED,
        limits.maxUnappliedBytes());
    // A quarter of the reserve takes what had been accepted when space ran out.
    atLeastTimes(
        problems,
        4,
        Settings.DISK_RESERVE,
        log.diskReserveBytes(),
        Settings.MAX_UNAPPLIED,
        limits.maxUnappliedBytes());
    atLeastTimes(
        problems,
        1,
        Settings.WRITE_MEMORY,
        storage.writeMemoryBytes(),
        Settings.WRITE_BUFFER,
        storage.writeBufferBytes());
    checkOpenToOthers(problems, network);
    checkPeers(problems, network, cluster);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** A Clear has two keys where a put has a key and a value. */
  private static long operationBytes(Limits limits) {
    return (long) limits.maxKeyBytes()
        + Math.max(limits.maxKeyBytes(), limits.maxValueBytes())
        + Operation.MAX_OVERHEAD_BYTES;
  }

  /** A Scan that goes on where another ended has three keys. */
  private static long requestBytes(Limits limits) {
    return Math.max(operationBytes(limits), 3L * limits.maxKeyBytes()) + REQUEST_OVERHEAD_BYTES;
  }

  /** What the shards of a data directory, which share its disk, keep free together. */
  public long diskReserveBytes(int shardCount) {
    return shardCount * log.diskReserveBytes();
  }

  private static void checkOpenToOthers(List<String> problems, Network network) {
    if (!network.listen().isLoopback() && network.tls() == null && !network.insecure()) {
      problems.add(
          "listen ("
              + network.listen()
              + ") can be reached from other machines without TLS: set tls.certificate and tls.key,"
              + " or insecure: true if everybody who reaches it may read and change everything.");
    }
  }

  private static void checkPeers(
      List<String> problems, Network network, @Nullable Cluster cluster) {
    if (cluster == null) {
      return;
    }
    Tls tls = network.tls();
    if (tls != null && tls.peerCa() == null) {
      problems.add("tls.peer-ca must be given when a node of a cluster has TLS.");
    }
    if (tls == null && !network.insecure() && !cluster.peerListen().isLoopback()) {
      problems.add(
          "peer-listen ("
              + cluster.peerListen()
              + ") can be reached from other machines without TLS: set tls.certificate, tls.key and"
              + " tls.peer-ca, or insecure: true if everybody who reaches it may read and change"
              + " everything.");
    }
  }

  private static void atLeast(
      List<String> problems, Limits limits, Setting setting, long value, long needed) {
    if (value < needed) {
      problems.add(
          setting.key()
              + " ("
              + bytes(value)
              + ") must be at least "
              + bytes(needed)
              + " to hold a key of limits.max-key ("
              + bytes(limits.maxKeyBytes())
              + ") with a value of limits.max-value ("
              + bytes(limits.maxValueBytes())
              + ") or with other keys.");
    }
  }

  private static void atLeastTimes(
      List<String> problems,
      int times,
      Setting large,
      long largeValue,
      Setting small,
      long smallValue) {
    if (largeValue < times * smallValue) {
      problems.add(
          large.key()
              + " ("
              + bytes(largeValue)
              + ") must be at least "
              + (times == 1 ? "" : times + " times ")
              + small.key()
              + " ("
              + bytes(smallValue)
              + ").");
    }
  }

  private static String bytes(long value) {
    return Values.format(Setting.Kind.SIZE, value);
  }
}
