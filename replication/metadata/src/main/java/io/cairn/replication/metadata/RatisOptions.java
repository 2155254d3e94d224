package io.cairn.replication.metadata;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member of the metadata quorum has to know.
 *
 * @param self this node as the others reach it; the port is for the quorum alone
 * @param founders who begins the quorum, the same list on each of them and this node among them;
 *     empty for a node that joins an existing quorum, which then waits until it is added. A node
 *     whose directory holds the quorum already does not look at it.
 *     <p>A founder that has lost its disk must not begin as a founder again: it would vote without
 *     what it had promised. It is removed from the quorum, joins ({@link RatisMetadata#join}), and
 *     is added.
 * @param cluster name or id of the cluster: members of different clusters refuse each other
 * @param directory for the quorum's files alone, on a disk that lasts
 * @param listenHost address to listen on, null for the host of {@code self}
 * @param timing how fast it is
 * @param storage how much it keeps
 * @param tls how members know each other, null for plain text
 */
public record RatisOptions(
    Peer self,
    List<Peer> founders,
    String cluster,
    Path directory,
    @Nullable String listenHost,
    Timing timing,
    Storage storage,
    @Nullable Tls tls) {

  public RatisOptions {
    founders = List.copyOf(founders);
    if (!founders.isEmpty() && !founders.contains(self)) {
      throw new IllegalArgumentException(
          "node " + self.nodeId() + " begins a metadata quorum that it is not a member of");
    }
  }

  /** With defaults, in plain text. */
  public static RatisOptions of(Peer self, List<Peer> founders, String cluster, Path directory) {
    return new RatisOptions(
        self, founders, cluster, directory, null, Timing.defaults(), Storage.defaults(), null);
  }

  /** Of the same member, as one that joins an existing quorum. */
  RatisOptions joining() {
    return new RatisOptions(self, List.of(), cluster, directory, listenHost, timing, storage, tls);
  }

  public RatisOptions withTls(Tls value) {
    return new RatisOptions(self, founders, cluster, directory, listenHost, timing, storage, value);
  }

  public RatisOptions withListenHost(String value) {
    return new RatisOptions(self, founders, cluster, directory, value, timing, storage, tls);
  }

  public RatisOptions withTiming(Timing value) {
    return new RatisOptions(self, founders, cluster, directory, listenHost, value, storage, tls);
  }

  public RatisOptions withStorage(Storage value) {
    return new RatisOptions(self, founders, cluster, directory, listenHost, timing, value, tls);
  }

  /** A member of the quorum and where it listens for the others. */
  public record Peer(int nodeId, String host, int port) {
    public Peer {
      if (nodeId <= 0 || host.isBlank() || port <= 0 || port > 65_535) {
        throw new IllegalArgumentException(
            "a member of the metadata quorum has a node id, a host and a port: "
                + nodeId
                + ", '"
                + host
                + "', "
                + port);
      }
    }
  }

  /**
   * @param electionMin a member that has heard nothing of the leader calls an election after a
   *     random time, at least this; the leader sends heartbeats twice in it
   * @param electionMax at most this
   * @param proposalLimit after which a proposal without an answer is given up
   */
  public record Timing(Duration electionMin, Duration electionMax, Duration proposalLimit) {
    public Timing {
      if (electionMin.toMillis() < 10
          || electionMin.compareTo(electionMax) >= 0
          || proposalLimit.compareTo(electionMax) < 0) {
        throw new IllegalArgumentException(
            "the metadata quorum needs 10 ms <= election min < election max <= proposal limit: "
                + electionMin
                + ", "
                + electionMax
                + ", "
                + proposalLimit);
      }
    }

    public static Timing defaults() {
      return new Timing(Duration.ofMillis(150), Duration.ofMillis(300), Duration.ofSeconds(5));
    }
  }

  /**
   * @param snapshotEvery so many changes of the metadata
   * @param segmentBytes size of a file of the log; whole files are deleted once a snapshot covers
   *     them
   */
  public record Storage(int snapshotEvery, int segmentBytes) {
    public Storage {
      if (snapshotEvery < 1 || segmentBytes < 1_024) {
        throw new IllegalArgumentException(
            "the metadata quorum needs a snapshot every 1 or more changes and segments of 1024"
                + " bytes or more: "
                + snapshotEvery
                + ", "
                + segmentBytes);
      }
    }

    public static Storage defaults() {
      return new Storage(1_000, 1 << 20);
    }
  }

  /**
   * Members prove who they are to each other.
   *
   * @param certificateChain of this member, PEM
   * @param privateKey of this member, PEM, PKCS 8
   * @param certificateAuthorities who may have signed the certificates of the others, PEM
   */
  public record Tls(Path certificateChain, Path privateKey, Path certificateAuthorities) {}
}
