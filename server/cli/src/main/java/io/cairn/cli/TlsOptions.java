package io.cairn.cli;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How to talk to a node that has TLS. The variables have CLIENT in their names, because without it
 * they are the node's settings tls.certificate and tls.key.
 */
final class TlsOptions {

  @Option(
      names = "--tls-ca",
      order = 92,
      paramLabel = "FILE",
      description =
          "Use TLS and trust nodes whose certificate is signed by one of these, PEM. Default:"
              + " $CAIRN_CLIENT_TLS_CA, else no TLS.")
  @Nullable String ca;

  @Option(
      names = "--tls-certificate",
      order = 93,
      paramLabel = "FILE",
      description =
          "The certificate to show to the node, PEM. Default: $CAIRN_CLIENT_TLS_CERTIFICATE, else none.")
  @Nullable String certificate;

  @Option(
      names = "--tls-key",
      order = 94,
      paramLabel = "FILE",
      description = "Its private key, PEM (PKCS#8). Default: $CAIRN_CLIENT_TLS_KEY, else none.")
  @Nullable String key;

  /**
   * What the options and the environment say together.
   *
   * @throws CliException when they do not fit together or a file cannot be read
   */
  ChannelCredentials credentials(Map<String, String> environment) {
    String trusted = given(ca, environment, "CAIRN_CLIENT_TLS_CA");
    String shown = given(certificate, environment, "CAIRN_CLIENT_TLS_CERTIFICATE");
    String secret = given(key, environment, "CAIRN_CLIENT_TLS_KEY");
    if (shown.isEmpty() != secret.isEmpty()) {
      throw CliException.usage("--tls-certificate and --tls-key must be given together.");
    }
    if (trusted.isEmpty() && !shown.isEmpty()) {
      throw CliException.usage("--tls-certificate needs --tls-ca, which turns TLS on.");
    }
    if (trusted.isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    try {
      TlsChannelCredentials.Builder tls =
          TlsChannelCredentials.newBuilder().trustManager(new File(trusted));
      if (!shown.isEmpty()) {
        tls.keyManager(new File(shown), new File(secret));
      }
      return tls.build();
    } catch (IOException e) {
      throw CliException.failed("A TLS file cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static String given(
      @Nullable String option, Map<String, String> environment, String variable) {
    return option == null ? environment.getOrDefault(variable, "") : option;
  }
}
