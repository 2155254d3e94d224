package io.cairn.node.config;

import io.cairn.node.config.Setting.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Every setting there is. The documentation and the sample file are made from this list. */
public final class Settings {
  private static final List<Setting> LIST = new ArrayList<>();
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;

  public static final Setting DATA_DIR =
      text(
          "data-dir",
          Kind.PATH,
          "cairn-data",
          "Where the node keeps everything. Created if absent.");
  public static final Setting NODE_ID =
      number(
          "node-id",
          0,
          0,
          65_535,
          "The node's number in its cluster, kept in the data directory from its creation on. 0: as"
              + " it was created; 1 for a new one.");
  public static final Setting SHARDS =
      number(
          "shards",
          0,
          0,
          256,
          "Parts into which the keys are divided, fixed when the data directory is created. 0: as it"
              + " was created; 1 for a new one.");
  public static final Setting LISTEN =
      text("listen", Kind.ADDRESS, "127.0.0.1:7400", "Where clients call. Port 0: any free one.");
  public static final Setting ADVERTISE =
      text(
          "advertise",
          Kind.TEXT,
          "",
          "host:port that other nodes tell clients for this one. Empty: as it listens.");
  public static final Setting METRICS_LISTEN =
      text(
          "metrics-listen",
          Kind.ADDRESS,
          "127.0.0.1:7480",
          "HTTP: /metrics, /livez, /readyz. The word off: none.");
  public static final Setting INSECURE =
      text(
          "insecure",
          Kind.SWITCH,
          "false",
          "Allows an address that other machines can reach without TLS. Whoever reaches it may read"
              + " and change everything.");
  public static final Setting TLS_CERTIFICATE =
      text("tls.certificate", Kind.PATH, "", "The node's certificate chain, PEM. Empty: no TLS.");
  public static final Setting TLS_KEY =
      text("tls.key", Kind.PATH, "", "The certificate's private key, PEM (PKCS#8).");
  public static final Setting TLS_CLIENT_CA =
      text(
          "tls.client-ca",
          Kind.PATH,
          "",
          "Clients must show a certificate signed by one of these, PEM. Empty: any client may call.");

  public static final Setting TLS_PEER_CA =
      text(
          "tls.peer-ca",
          Kind.PATH,
          "",
          "Nodes of the cluster show each other their tls.certificate, signed by one of these, PEM."
              + " Needed with cluster.members and TLS.");

  public static final Setting CLUSTER_NAME =
      text(
          "cluster.name",
          Kind.TEXT,
          "",
          "Name of the cluster, the same on all of its nodes and on no others.");
  public static final Setting CLUSTER_MEMBERS =
      text(
          "cluster.members",
          Kind.TEXT,
          "",
          "The 1, 3 or 5 nodes that agree on the cluster's metadata, and hold its shards at first, the"
              + " same on all nodes: node-id=host:peer-port/metadata-port, with commas between them."
              + " Empty: a node by itself.");
  public static final Setting PEER_LISTEN =
      text(
          "peer-listen",
          Kind.TEXT,
          "",
          "host:port where other nodes call this one. Empty: as cluster.members says.");
  public static final Setting FAILURE_TIMEOUT =
      duration(
          "cluster.failure-timeout",
          1_000,
          200,
          600_000,
          "A node of which nothing is heard for so long is taken to have failed: others take over"
              + " what it leads.");
  public static final Setting LAG_TIMEOUT =
      duration(
          "replication.lag-timeout",
          1_000,
          100,
          600_000,
          "A replica that has not made durable for so long what the leader had is no longer in"
              + " sync: STRONG writes stop waiting for it.");
  public static final Setting REPLICATION_IN_FLIGHT =
      size(
          "replication.max-in-flight",
          16 * MIB,
          MIB,
          GIB,
          "Log of a shard that is sent to one replica before it acknowledges any of it.");
  public static final Setting SNAPSHOT_RATE =
      size(
          "replication.snapshot-rate",
          64 * MIB,
          MIB,
          TIB,
          "Bytes in a second that a snapshot for another node may take at most.");

  public static final Setting MAX_KEY = size("limits.max-key", 64 * KIB, 1, MIB, "Largest key.");
  public static final Setting MAX_VALUE =
      size("limits.max-value", MIB, 1, 16 * MIB, "Largest value.");
  public static final Setting MAX_KEYS =
      number("limits.max-keys", 1_000, 1, 100_000, "Keys that one MultiGet may ask for.");
  public static final Setting MAX_MESSAGE =
      size(
          "limits.max-message",
          4 * MIB,
          4 * KIB,
          64 * MIB,
          "Largest request, and largest answer of a MultiGet. Must hold one key and one value.");
  public static final Setting MAX_IN_FLIGHT =
      size(
          "limits.max-in-flight",
          64 * MIB,
          MIB,
          16 * GIB,
          "Bytes of requests being served and of answers being sent at the same time, over all"
              + " clients; beyond it requests are refused as OVERLOADED.");
  public static final Setting MAX_UNAPPLIED =
      size(
          "limits.max-unapplied",
          64 * MIB,
          MIB,
          16 * GIB,
          "Bytes of writes that a shard has accepted but not yet applied to its store; beyond it"
              + " writes are refused as OVERLOADED.");
  public static final Setting MAX_WAITING_READS =
      number(
          "limits.max-waiting-reads",
          100_000,
          1,
          10_000_000,
          "STRONG reads of a shard that wait for a write to be committed.");
  public static final Setting MAX_SCANS =
      number("limits.max-scans", 64, 1, 10_000, "Scans that may be open at the same time.");
  public static final Setting SCAN_CHUNK =
      size("limits.scan-chunk", 64 * KIB, KIB, 4 * MIB, "Size of a scan's messages, about.");
  public static final Setting MAX_CALLS =
      number(
          "limits.max-calls-per-connection",
          4_096,
          1,
          1_000_000,
          "Calls under way on one connection; the client's library holds back the others.");
  public static final Setting MAX_PIPELINED =
      size(
          "limits.max-pipelined",
          8 * MIB,
          64 * KIB,
          GIB,
          "Bytes of operations that may be unanswered on one pipelined stream; beyond it they are"
              + " refused as OVERLOADED.");

  public static final Setting SEGMENT_SIZE =
      size("log.segment-size", 64 * MIB, MIB, GIB, "Size of a log file, filled ahead of use.");
  public static final Setting MAX_RECORD =
      size(
          "log.max-record",
          4 * MIB,
          4 * KIB,
          64 * MIB,
          "Largest group of writes that is made durable as one. Must hold one key and one value.");
  public static final Setting RETENTION =
      size(
          "log.retention",
          0,
          0,
          TIB,
          "Bytes of the log that are kept although nothing of the node needs them any more.");
  public static final Setting DISK_RESERVE =
      size(
          "log.disk-reserve",
          256 * MIB,
          0,
          TIB,
          "Free space for each shard below which puts are refused as DISK_FULL; deletes still have room.");
  public static final Setting MAX_UNSYNCED =
      number(
          "log.max-unsynced-records",
          8,
          1,
          1_024,
          "Groups handed to the log but not yet on disk; beyond it writes gather for the next one.");
  public static final Setting SLOW_SYNC =
      duration(
          "log.slow-sync",
          5_000,
          10,
          600_000,
          "A sync to disk that takes longer is reported as a problem while it lasts.");
  public static final Setting RETRY_WINDOW =
      number(
          "retry-window",
          100_000,
          1,
          10_000_000,
          "Writes with an id that a shard remembers to recognise one that is sent again.");

  public static final Setting RETRY_WINDOW_BYTES =
      size(
          "retry-window-bytes",
          64 * MIB,
          MIB,
          TIB,
          "Log of a shard that is kept for the retry window alone, so that it outlives a restart.");

  public static final Setting BLOCK_CACHE =
      size("storage.block-cache", 256 * MIB, MIB, TIB, "Memory for data read, of all shards.");
  public static final Setting WRITE_BUFFER =
      size(
          "storage.write-buffer",
          32 * MIB,
          64 * KIB,
          GIB,
          "Memory of one shard for data not yet in files; when it is full it goes to a file.");
  public static final Setting WRITE_MEMORY =
      size(
          "storage.write-memory",
          256 * MIB,
          MIB,
          TIB,
          "Memory for data not yet in files, of all shards; beyond it they write files early.");
  public static final Setting FLUSH_AFTER =
      size(
          "storage.flush-after",
          128 * MIB,
          MIB,
          TIB,
          "Log written since the store's last flush after which it is flushed again; what a crash"
              + " makes the next start replay.");
  public static final Setting READ_THREADS =
      number("storage.read-threads", 4, 1, 256, "Threads for reads that must go to the disk.");

  public static final Setting DRAIN_TIMEOUT =
      duration(
          "drain-timeout", 10_000, 0, 600_000, "How long a stop waits for calls under way to end.");

  /** In the order of the documentation. */
  public static final List<Setting> ALL = Collections.unmodifiableList(LIST);

  private Settings() {}

  private static Setting text(String key, Kind kind, String defaultText, String meaning) {
    return add(new Setting(key, kind, defaultText, 0, 0, meaning));
  }

  private static Setting number(String key, long normal, long min, long max, String meaning) {
    return ranged(key, Kind.NUMBER, normal, min, max, meaning);
  }

  private static Setting size(String key, long normal, long min, long max, String meaning) {
    return ranged(key, Kind.SIZE, normal, min, max, meaning);
  }

  private static Setting duration(String key, long normal, long min, long max, String meaning) {
    return ranged(key, Kind.DURATION, normal, min, max, meaning);
  }

  private static Setting ranged(
      String key, Kind kind, long normal, long min, long max, String meaning) {
    return add(new Setting(key, kind, Values.format(kind, normal), min, max, meaning));
  }

  private static Setting add(Setting setting) {
    LIST.add(setting);
    return setting;
  }
}
