package io.cairn.node.config;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where the node listens.
 *
 * @param port 0 for one that the system chooses
 */
public record Address(String host, int port) {

  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException whose message says what form is expected
   */
  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 1 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    int port = -1;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException notANumber) {
      host = "";
    }
    if (host.isEmpty() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("is not an address like 127.0.0.1:7400");
    }
    return new Address(host, port);
  }

  /** Whether only this machine can reach it. A name other than localhost counts as reachable. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /**
   * Asks this machine for the host's number.
   *
   * @throws UnknownHostException whose message is part of a sentence
   */
  public InetSocketAddress resolve() throws UnknownHostException {
    InetSocketAddress resolved = new InetSocketAddress(host, port);
    if (resolved.isUnresolved()) {
      throw new UnknownHostException("this machine knows no host " + host);
    }
    return resolved;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
