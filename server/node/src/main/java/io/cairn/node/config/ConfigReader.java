package io.cairn.node.config;

import io.cairn.node.config.Setting.Kind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns texts into a configuration, gathering everything that is wrong before it gives up. */
final class ConfigReader {
  private final Map<Setting, LoadedConfig.Value> values = new HashMap<>();
  private final List<String> problems;

  ConfigReader(List<LoadedConfig.Value> values, List<String> problems) {
    for (LoadedConfig.Value value : values) {
      this.values.put(value.setting(), value);
    }
    this.problems = problems;
  }

  NodeConfig read() {
    NodeConfig.Network network =
        new NodeConfig.Network(
            address(Settings.LISTEN),
            text(Settings.ADVERTISE).isEmpty() ? null : address(Settings.ADVERTISE),
            isOff(Settings.METRICS_LISTEN) ? null : address(Settings.METRICS_LISTEN),
            flag(Settings.INSECURE),
            tlsOrNull());
    NodeConfig.Limits limits =
        new NodeConfig.Limits(
            integer(Settings.MAX_KEY),
            integer(Settings.MAX_VALUE),
            integer(Settings.MAX_KEYS),
            integer(Settings.MAX_MESSAGE),
            number(Settings.MAX_IN_FLIGHT),
            number(Settings.MAX_UNAPPLIED),
            integer(Settings.MAX_WAITING_READS),
            integer(Settings.MAX_SCANS),
            integer(Settings.SCAN_CHUNK),
            integer(Settings.MAX_CALLS),
            number(Settings.MAX_PIPELINED));
    NodeConfig.Log log =
        new NodeConfig.Log(
            number(Settings.SEGMENT_SIZE),
            integer(Settings.MAX_RECORD),
            number(Settings.RETENTION),
            number(Settings.DISK_RESERVE),
            integer(Settings.MAX_UNSYNCED),
            number(Settings.SLOW_SYNC),
            integer(Settings.RETRY_WINDOW),
            number(Settings.RETRY_WINDOW_BYTES));
    NodeConfig.Storage storage =
        new NodeConfig.Storage(
            number(Settings.BLOCK_CACHE),
            number(Settings.WRITE_BUFFER),
            number(Settings.WRITE_MEMORY),
            number(Settings.FLUSH_AFTER),
            integer(Settings.READ_THREADS));
    Path dataDirectory = pathOrNull(Settings.DATA_DIR);
    if (dataDirectory == null) {
      problems.add("data-dir must name a directory.");
    }
    int nodeId = integer(Settings.NODE_ID);
    NodeConfig.Cluster cluster = new ClusterReader(problems).clusterOrNull(this, nodeId);
    int shards = integer(Settings.SHARDS);
    long drainTimeoutMillis = number(Settings.DRAIN_TIMEOUT);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new NodeConfig(
        Objects.requireNonNull(dataDirectory),
        nodeId,
        shards,
        network,
        limits,
        log,
        storage,
        replication(),
        cluster,
        drainTimeoutMillis);
  }

  private NodeConfig.Replication replication() {
    return new NodeConfig.Replication(
        number(Settings.FAILURE_TIMEOUT),
        number(Settings.LAG_TIMEOUT),
        number(Settings.REPLICATION_IN_FLIGHT),
        number(Settings.SNAPSHOT_RATE));
  }

  private NodeConfig.@Nullable Tls tlsOrNull() {
    Path certificate = pathOrNull(Settings.TLS_CERTIFICATE);
    Path key = pathOrNull(Settings.TLS_KEY);
    Path clientCa = pathOrNull(Settings.TLS_CLIENT_CA);
    Path peerCa = pathOrNull(Settings.TLS_PEER_CA);
    if (certificate != null && key != null) {
      return new NodeConfig.Tls(certificate, key, clientCa, peerCa);
    }
    if (certificate != null || key != null || clientCa != null || peerCa != null) {
      problems.add(
          "tls.certificate ("
              + text(Settings.TLS_CERTIFICATE)
              + ") and tls.key ("
              + text(Settings.TLS_KEY)
              + ") must be given together, and tls.client-ca ("
              + text(Settings.TLS_CLIENT_CA)
              + ") and tls.peer-ca ("
              + text(Settings.TLS_PEER_CA)
              + ") only with them.");
    }
    return null;
  }

  String text(Setting setting) {
    return Objects.requireNonNull(values.get(setting)).value().trim();
  }

  private @Nullable Path pathOrNull(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? null : Path.of(text);
  }

  /** YAML reads a bare {@code off} as false. */
  private boolean isOff(Setting setting) {
    String text = text(setting);
    return text.equals("off") || text.equals("false");
  }

  Address address(Setting setting) {
    try {
      return Address.parse(text(setting));
    } catch (IllegalArgumentException malformed) {
      problem(setting, Objects.requireNonNull(malformed.getMessage()));
      return Address.parse("127.0.0.1:0");
    }
  }

  private boolean flag(Setting setting) {
    String text = text(setting);
    if (!text.equals("true") && !text.equals("false")) {
      problem(setting, "must be true or false");
    }
    return text.equals("true");
  }

  private int integer(Setting setting) {
    return Math.toIntExact(number(setting));
  }

  private long number(Setting setting) {
    Kind kind = setting.kind();
    try {
      long value = Values.parse(kind, text(setting));
      if (value >= setting.min() && value <= setting.max()) {
        return value;
      }
      problem(setting, "is out of range; allowed is " + setting.range());
    } catch (IllegalArgumentException malformed) {
      problem(setting, Objects.requireNonNull(malformed.getMessage()));
    }
    return Values.parse(kind, setting.defaultText());
  }

  void problem(Setting setting, String what) {
    problems.add(
        setting.key()
            + " ("
            + text(setting)
            + ", from "
            + Objects.requireNonNull(values.get(setting)).source()
            + ") "
            + what
            + ".");
  }
}
