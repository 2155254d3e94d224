package io.cairn.cli;

import io.cairn.api.Failure;
import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks a node. */
abstract class ClientCommand extends BaseCommand {

  private static final String DEFAULT_ENDPOINTS = "127.0.0.1:7400";
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(5);

  @Option(
      names = "--endpoints",
      order = 90,
      paramLabel = "HOST:PORT[,...]",
      description =
          "The nodes to ask; the first that answers is used. Default: $CAIRN_ENDPOINTS, else "
              + DEFAULT_ENDPOINTS
              + ".")
  @Nullable String endpoints;

  @Option(
      names = "--timeout",
      order = 91,
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long a request may take, with all its retries: 500ms, 5s, 2m. Default: 5s; 60s for"
              + " import, export and clear.")
  @Nullable Duration timeout;

  @Mixin TlsOptions tls;

  @Override
  public final Integer call() throws Exception {
    checkArguments();
    try (CairnClient client = connect(endpoints())) {
      return run(client);
    }
  }

  /** Refuses arguments that are wrong, before any node is asked. */
  void checkArguments() {}

  abstract int run(CairnClient client) throws Exception;

  Duration defaultTimeout() {
    return LONGEST_ATTEMPT;
  }

  /** How long to wait for one answer before the request is sent again. */
  Duration longestAttempt(Duration deadline) {
    return deadline.compareTo(LONGEST_ATTEMPT) < 0 ? deadline : LONGEST_ATTEMPT;
  }

  final String endpoints() {
    if (endpoints != null) {
      return endpoints;
    }
    String fromEnvironment = shell().environment().getOrDefault("CAIRN_ENDPOINTS", "");
    return fromEnvironment.isEmpty() ? DEFAULT_ENDPOINTS : fromEnvironment;
  }

  final CairnClient connect(String hosts) {
    return build(hosts, Integer.MAX_VALUE);
  }

  private CairnClient build(String hosts, int maxAttempts) {
    Duration deadline = timeout == null ? defaultTimeout() : timeout;
    try {
      return CairnClient.builder()
          .endpoints(hosts)
          .deadline(deadline)
          .requestTimeout(longestAttempt(deadline))
          .maxAttempts(maxAttempts)
          .credentials(tls.credentials(shell().environment()))
          .build();
    } catch (IllegalArgumentException e) {
      throw CliException.usage(String.valueOf(e.getMessage()));
    }
  }

  /** A client of one node, which asks once: what it is asked for is how that node is now. */
  final CairnClient connectOnce(String address) {
    return build(address, 1);
  }

  /** What a user is told about a failed request. */
  static String explain(CairnException e) {
    String sentence = String.valueOf(e.getMessage());
    return e.reason() == Failure.UNREACHABLE || e.reason() == Failure.DEADLINE_EXCEEDED
        ? sentence
            + " Is a node running there? `cairn start` runs one; --endpoints or CAIRN_ENDPOINTS"
            + " names another; a node with TLS needs --tls-ca."
        : sentence;
  }
}
