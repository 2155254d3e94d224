package io.cairn.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads "host:port,host:port". */
final class Endpoints {

  static final int DEFAULT_PORT = 7400;

  private Endpoints() {}

  /**
   * One node's address.
   *
   * @param host a name, an IPv4 address, or an IPv6 address without brackets
   * @param port 1 to 65535
   */
  record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /**
   * The addresses in the order given, each once. A missing port is {@value #DEFAULT_PORT}; an IPv6
   * address stands in brackets.
   *
   * @throws IllegalArgumentException with a sentence that quotes what is wrong
   */
  static List<Endpoint> parse(String endpoints) {
    Set<Endpoint> parsed = new LinkedHashSet<>();
    for (String part : endpoints.split(",", -1)) {
      parsed.add(parseOne(part.strip(), endpoints));
    }
    return new ArrayList<>(parsed);
  }

  /** The one address that a node gave for another; null when no channel can be made to it. */
  static @Nullable Endpoint usableOrNull(String address) {
    try {
      Endpoint endpoint = parseOne(address, address);
      var unusedAuthority = // as gRPC makes it
          new URI(null, null, endpoint.host, endpoint.port, null, null, null);
      return endpoint;
    } catch (IllegalArgumentException | URISyntaxException e) {
      return null;
    }
  }

  private static Endpoint parseOne(String text, String all) {
    int hostEnd;
    String host;
    if (text.startsWith("[")) {
      hostEnd = text.indexOf(']') + 1;
      host = hostEnd == 0 ? "" : text.substring(1, hostEnd - 1);
    } else {
      hostEnd = text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
      host = text.substring(0, hostEnd);
    }
    if (host.isEmpty() || !host.chars().allMatch(Endpoints::mayBeInHost)) {
      throw wrong(text, all, "the host is missing or has characters that no host name has");
    }
    if (hostEnd == text.length()) {
      return new Endpoint(host, DEFAULT_PORT);
    }
    String port = text.substring(hostEnd);
    if (!port.matches(":[0-9]{1,5}")) {
      throw wrong(text, all, "a port from 1 to 65535 must follow the host");
    }
    int number = Integer.parseInt(port.substring(1));
    if (number < 1 || number > 65535) {
      throw wrong(text, all, "the port must be from 1 to 65535");
    }
    return new Endpoint(host, number);
  }

  private static boolean mayBeInHost(int c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
  }

  private static IllegalArgumentException wrong(String text, String all, String why) {
    return new IllegalArgumentException(
        "\"" + text + "\" in endpoints \"" + all + "\" is not host:port: " + why + ".");
  }
}
