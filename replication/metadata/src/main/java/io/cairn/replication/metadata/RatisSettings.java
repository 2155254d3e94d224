package io.cairn.replication.metadata;

import io.cairn.replication.metadata.RatisOptions.Peer;
import io.cairn.replication.metadata.RatisOptions.Tls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Our options in the words of Ratis. */
final class RatisSettings {
  /** Far more than the metadata and the changes that wait. */
  private static final SizeInBytes BUFFER_BYTES = SizeInBytes.valueOf("1MB");

  private static final SizeInBytes MESSAGE_BYTES = SizeInBytes.valueOf("8MB");

  private RatisSettings() {}

  static RaftProperties properties(RatisOptions options) {
    RaftProperties properties = new RaftProperties();
    server(properties, options);
    log(properties, options.storage());
    // Longer than a proposal lasts: see Proposals.
    Duration remembered = options.timing().proposalLimit().multipliedBy(2).plusMinutes(1);
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, time(remembered));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(options.timing().electionMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(options.timing().electionMax()));
    // An attempt; a proposal makes several. A leader that hangs has been replaced by then.
    RaftClientConfigKeys.Rpc.setRequestTimeout(
        properties, time(options.timing().electionMax().multipliedBy(2)));
    return properties;
  }

  private static void server(RaftProperties properties, RatisOptions options) {
    RaftServerConfigKeys.setStorageDir(properties, List.of(options.directory().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, options.directory().resolve("removed").toFile());
    String listenHost = options.listenHost();
    GrpcConfigKeys.Server.setHost(
        properties, listenHost == null ? options.self().host() : listenHost);
    GrpcConfigKeys.Server.setPort(properties, options.self().port());
    GrpcConfigKeys.setMessageSizeMax(properties, MESSAGE_BYTES);
    // Ratis would close a member for good that did not run for a minute: a machine that slept.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(3_650, TimeUnit.DAYS));
    // How long a leader that did not run still believes that it leads.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, time(options.timing().electionMax()));
    RaftServerConfigKeys.setSleepDeviationThreshold(
        properties, time(options.timing().electionMax()));
  }

  private static void log(RaftProperties properties, RatisOptions.Storage storage) {
    SizeInBytes segmentBytes = SizeInBytes.valueOf(storage.segmentBytes());
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segmentBytes);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, segmentBytes);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, BUFFER_BYTES);
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(BUFFER_BYTES.getSize() + 1_024));
    RaftServerConfigKeys.Log.setPurgeGap(properties, Math.min(1_024, storage.snapshotEvery()));
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    // A member that comes back is reached at once, not after the default of up to 5 s.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "10ms,10, 100ms,1000000");
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, storage.snapshotEvery());
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
  }

  static Parameters parameters(RatisOptions options) {
    Parameters parameters = new Parameters();
    Tls tls = options.tls();
    if (tls != null) {
      GrpcConfigKeys.TLS.setConf(
          parameters,
          new GrpcTlsConfig(
              tls.privateKey().toFile(),
              tls.certificateChain().toFile(),
              tls.certificateAuthorities().toFile(),
              true));
    }
    return parameters;
  }

  static RaftGroup group(RatisOptions options) {
    return RaftGroup.valueOf(
        RaftGroupId.valueOf(
            UUID.nameUUIDFromBytes(
                ("cairn metadata of " + options.cluster()).getBytes(StandardCharsets.UTF_8))),
        peers(options.founders()));
  }

  static List<RaftPeer> peers(List<Peer> peers) {
    return peers.stream()
        .map(
            peer ->
                RaftPeer.newBuilder()
                    .setId(peerId(peer.nodeId()))
                    .setAddress(address(peer))
                    .build())
        .toList();
  }

  private static String address(Peer peer) {
    String host = peer.host().contains(":") ? "[" + peer.host() + "]" : peer.host();
    return host + ":" + peer.port();
  }

  static RaftPeerId peerId(int nodeId) {
    return RaftPeerId.valueOf(Integer.toString(nodeId));
  }

  static int nodeId(RaftPeerId peerId) {
    return Integer.parseInt(peerId.toString());
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
