package io.cairn.benchmarks.ycsb;

import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.KeyRange;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import site.ycsb.DBException;

/**
 * What the properties of YCSB say about Cairn. The keys are the prefix, the table, a slash, and the
 * key that YCSB made.
 *
 * @param endpoints host:port,host:port
 * @param level of all calls but the read in an update, which is always STRONG
 * @param deadline longest time of an operation with all its attempts
 * @param tlsCa PEM file of the certificates to trust; empty for no TLS
 * @param tlsCertificate PEM file to show to the node; empty for none
 * @param tlsKey its private key
 */
record Settings(
    String endpoints,
    ConsistencyLevel level,
    String prefix,
    Duration deadline,
    String tlsCa,
    String tlsCertificate,
    String tlsKey) {

  static final String ENDPOINTS = "cairn.endpoints";
  static final String CONSISTENCY = "cairn.consistency";
  static final String PREFIX = "cairn.prefix";
  static final String DEADLINE = "cairn.deadline-ms";

  /**
   * @throws DBException when a property has a value that cannot be used
   */
  static Settings of(Properties properties) throws DBException {
    String level = properties.getProperty(CONSISTENCY, "strong");
    String deadline = properties.getProperty(DEADLINE, "15000");
    Settings settings;
    try {
      settings =
          new Settings(
              properties.getProperty(ENDPOINTS, "127.0.0.1:7400"),
              ConsistencyLevel.valueOf(level.toUpperCase(Locale.ROOT)),
              properties.getProperty(PREFIX, "ycsb/"),
              Duration.ofMillis(Long.parseLong(deadline)),
              properties.getProperty("cairn.tls.ca", ""),
              properties.getProperty("cairn.tls.certificate", ""),
              properties.getProperty("cairn.tls.key", ""));
    } catch (IllegalArgumentException e) {
      throw new DBException(
          String.format(
              "%s must be strong or eventual, not '%s'; %s a number of milliseconds, not '%s'.",
              CONSISTENCY, level, DEADLINE, deadline),
          e);
    }
    if (settings.tlsCertificate.isEmpty() != settings.tlsKey.isEmpty()
        || (settings.tlsCa.isEmpty() && !settings.tlsKey.isEmpty())) {
      throw new DBException(
          "cairn.tls.certificate and cairn.tls.key go together and need cairn.tls.ca.");
    }
    return settings;
  }

  /**
   * @throws DBException when the endpoints or the files of TLS cannot be used
   */
  CairnClient connect() throws DBException {
    try {
      return CairnClient.builder()
          .endpoints(endpoints)
          .defaultConsistency(level)
          .deadline(deadline)
          .credentials(credentials())
          .build();
    } catch (IllegalArgumentException | IOException e) {
      throw new DBException("No client for " + endpoints + ": " + e.getMessage(), e);
    }
  }

  private ChannelCredentials credentials() throws IOException {
    if (tlsCa.isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder tls =
        TlsChannelCredentials.newBuilder().trustManager(new File(tlsCa));
    if (!tlsKey.isEmpty()) {
      tls.keyManager(new File(tlsCertificate), new File(tlsKey));
    }
    return tls.build();
  }

  byte[] key(String table, String key) {
    return utf8(prefix + table + '/' + key);
  }

  /** A record and all behind it in its table. */
  KeyRange from(String table, String key) {
    return KeyRange.between(key(table, key), utf8(prefix + table + (char) ('/' + 1)));
  }

  KeyRange wholeTable(String table) {
    return KeyRange.prefix(key(table, ""));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
