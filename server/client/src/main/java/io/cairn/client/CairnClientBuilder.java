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
   * Where nodes of one cluster are. One that can be reached is enough: it tells of the others.
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
            options.maxOutstanding(),
            options.pipelining());
    return this;
  }

  /**
   * Longest wait for the answer to one attempt, and for each chunk of a scan. The first attempts of
   * what can be sent again wait 1 s, then 2 s, so that a node that hangs is left soon. Default: 5
   * s.
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
            options.maxOutstanding(),
            options.pipelining());
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
            options.maxOutstanding(),
            options.pipelining());
    return this;
  }

  /**
   * How often a request is sent at most; 1 for no retries. Default: as often as the deadline
   * allows.
   */
  public CairnClientBuilder maxAttempts(int attempts) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            options.requestTimeout(),
            options.deadline(),
            attempts,
            options.maxOutstanding(),
            options.pipelining());
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
            calls,
            options.pipelining());
    return this;
  }

  /**
   * Whether gets, puts and other calls with one answer share a stream to each node, many to a
   * message when many are under way, or are a gRPC call each. The stream is cheaper and changes
   * nothing else; a call each goes through proxies that balance calls. Large requests, and those to
   * a node that knows no such stream, are a call each in any case. Default: true.
   */
  public CairnClientBuilder pipelining(boolean on) {
    options =
        new ClientOptions(
            options.defaultLevel(),
            options.requestTimeout(),
            options.deadline(),
            options.maxAttempts(),
            options.maxOutstanding(),
            on);
    return this;
  }

  /**
   * Makes the client; it connects with its first call.
   *
   * @throws IllegalArgumentException when an endpoint is malformed or there is none, or the
   *     credentials cannot be used
   */
  public CairnClient build() {
    Timer timer = new SystemTimer();
    return new CairnClient(
        new Connection(
            nodes(timer),
            options,
            timer,
            () -> ThreadLocalRandom.current().nextDouble(),
            newClientId()));
  }

  private Nodes nodes(Timer timer) {
    Supplier<ManagedChannel> given = channel;
    if (given != null) {
      Node only = new Node("the node in this process", given, timer);
      only.channel();
      return new Nodes(List.of(only), address -> only); // whoever is named is reached by it
    }
    List<Node> seeds = new ArrayList<>();
    for (Endpoints.Endpoint endpoint : Endpoints.parse(endpoints)) {
      seeds.add(node(endpoint, timer));
    }
    seeds.forEach(Node::channel); // credentials that cannot be used are refused here
    return new Nodes(seeds, address -> nodeOrNull(address, timer));
  }

  private Node node(Endpoints.Endpoint endpoint, Timer timer) {
    ChannelCredentials asSetNow = credentials;
    return new Node(endpoint.toString(), () -> open(endpoint, asSetNow), timer);
  }

  private @Nullable Node nodeOrNull(String address, Timer timer) {
    Endpoints.Endpoint endpoint = Endpoints.usableOrNull(address);
    return endpoint == null ? null : node(endpoint, timer);
  }

  private static ManagedChannel open(Endpoints.Endpoint endpoint, ChannelCredentials credentials) {
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
