package io.cairn.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link CairnClient}; each has a default but the endpoints. */
public final class CairnClientBuilder {

  /**
   * A scan's chunk, or a MultiGet's answer, is the largest; nodes send 4 MiB at most by default.
   */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private String endpoints = "";
  private @Nullable Supplier<ManagedChannel> channel;
  private ChannelCredentials credentials = InsecureChannelCredentials.create();
  private ClientOptions options = ClientOptions.DEFAULTS;

  CairnClientBuilder() {}

  /**
   * Where the nodes are. The first is asked until it fails, then the next in turn.
   *
   * @param newEndpoints "host:port,host:port"; a missing port is 7400, an IPv6 address stands in
   *     brackets
   */
  public CairnClientBuilder endpoints(String newEndpoints) {
    endpoints = newEndpoints;
    return this;
  }

  /**
   * Talks over this channel in place of endpoints: a node in the same process, or a channel with
   * settings of its own. The client shuts it down when it is closed.
   */
  public CairnClientBuilder channel(Supplier<ManagedChannel> newChannel) {
    channel = newChannel;
    return this;
  }

  /** TLS, or any other credentials of gRPC. Without: plain text. */
  public CairnClientBuilder credentials(ChannelCredentials newCredentials) {
    credentials = newCredentials;
    return this;
  }

  /** The level of calls that name none. Default: STRONG. */
  public CairnClientBuilder defaultConsistency(ConsistencyLevel level) {
    options =
        new ClientOptions(
            level,
            options.requestTimeout(),
            options.deadline(),
            options.maxAttempts(),
            options.maxOutstanding());
    return this;
  }

  /**
   * Longest wait for the answer to one attempt, and for each chunk of a scan. Default: 5 s.
   *
   * @param timeout more than zero, at most a day
   */
  public CairnClientBuilder requestTimeout(Duration timeout) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            timeout,
            options.deadline(),
            options.maxAttempts(),
            options.maxOutstanding());
    return this;
  }

  /**
   * Longest time of a call with all its attempts; of a scan, the longest time without progress.
   * Default: 15 s.
   *
   * @param deadline more than zero, at most a day
   */
  public CairnClientBuilder deadline(Duration deadline) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            options.requestTimeout(),
            deadline,
            options.maxAttempts(),
            options.maxOutstanding());
    return this;
  }

  /** How often a request is sent at most; 1 for no retries. Default: 30. */
  public CairnClientBuilder maxAttempts(int attempts) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            options.requestTimeout(),
            options.deadline(),
            attempts,
            options.maxOutstanding());
    return this;
  }

  /** Calls under way at the same time; beyond it they fail at once. Default: 10,000. */
  public CairnClientBuilder maxOutstanding(int calls) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            options.requestTimeout(),
            options.deadline(),
            options.maxAttempts(),
            calls);
    return this;
  }

  /**
   * Makes the client; it connects with its first call.
   *
   * @throws IllegalArgumentException when an endpoint is malformed or there is none
   */
  public CairnClient build() {
    Timer timer = new SystemTimer();
    return new CairnClient(
        new Connection(
            new Nodes(nodes(), timer),
            options,
            timer,
            () -> ThreadLocalRandom.current().nextDouble(),
            newClientId()));
  }

  private List<Nodes.Node> nodes() {
    Supplier<ManagedChannel> given = channel;
    if (given != null) {
      return List.of(new Nodes.Node("the node in this process", given.get()));
    }
    List<Nodes.Node> nodes = new ArrayList<>();
    for (Endpoints.Endpoint endpoint : Endpoints.parse(endpoints)) {
      nodes.add(new Nodes.Node(endpoint.toString(), open(endpoint)));
    }
    return nodes;
  }

  private ManagedChannel open(Endpoints.Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port(), credentials)
        .directExecutor()
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        // A node that vanished without a word, under a call that waits, is noticed in 15 s.
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .build();
  }

  private static long newClientId() {
    SecureRandom random = new SecureRandom();
    long id = random.nextLong();
    while (id == 0) {
      id = random.nextLong();
    }
    return id;
  }
}
