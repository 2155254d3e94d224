package io.cairn.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between the nodes, in this process: every connection from one node to another goes
 * over a wire of ours, which can hold back what goes one way, cut, or delay it.
 *
 * <p>Node <em>i</em> listens on the address 127.0.i.i, and finds node <em>j</em> at 127.0.i.j: so
 * the address at which a connection arrives tells who has made it.
 */
final class Wires implements AutoCloseable {

  private record Way(int from, int to) {}

  /** One direction between two nodes, whoever opened the connection. */
  private static final class Wire {
    private boolean holding; // guarded by this
    private boolean cut; // guarded by this
    private volatile long delayMillis;

    /**
     * Waits as long as the wire holds everything back, as the network does with packets that nobody
     * answers: it tells neither side.
     *
     * @return whether it is not cut
     */
    synchronized boolean awaitPassing() throws InterruptedException {
      while (holding) {
        wait();
      }
      return !cut;
    }

    synchronized void set(boolean hold, boolean cutOff) {
      holding = hold;
      cut = cutOff;
      notifyAll();
    }
  }

  private final Map<Way, Wire> wires = new HashMap<>();
  private final List<ServerSocket> servers = new ArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  /**
   * Lays the wires between these nodes; each node is reached on both of its ports.
   *
   * @param ports of each node, by its id
   */
  static Wires between(Map<Integer, List<Integer>> ports, int nodes) throws IOException {
    Wires laid = new Wires();
    for (int from = 1; from <= nodes; from++) {
      for (int to : ports.keySet()) {
        laid.wires.put(new Way(from, to), new Wire());
        laid.wires.put(new Way(to, from), new Wire());
      }
    }
    for (int from = 1; from <= nodes; from++) {
      for (Map.Entry<Integer, List<Integer>> entry : ports.entrySet()) {
        for (int port : entry.getValue()) {
          if (from != entry.getKey()) {
            laid.listen(from, entry.getKey(), port);
          }
        }
      }
    }
    return laid;
  }

  /** Where a node finds another one, or, when both are the same, where it listens. */
  static String address(int from, int to) {
    return "127.0." + from + "." + to;
  }

  private void listen(int from, int to, int port) throws IOException {
    ServerSocket server = new ServerSocket(port, 256, InetAddress.getByName(address(from, to)));
    servers.add(server);
    daemon(
        "wire-" + from + "-" + to,
        () -> {
          while (true) {
            Socket socket;
            try {
              socket = server.accept();
            } catch (IOException closed) {
              return;
            }
            Connection connection = new Connection(from, to, port, socket);
            connections.add(connection);
            daemon("wire-" + from + "-" + to, connection::run);
          }
        });
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private Wire wire(int from, int to) {
    Wire wire = wires.get(new Way(from, to));
    if (wire == null) {
      throw new IllegalArgumentException("there is no wire from " + from + " to " + to);
    }
    return wire;
  }

  /** From now on nothing that one says reaches the other; neither is told. */
  void drop(int from, int to) {
    wire(from, to).set(true, false);
  }

  /** Ends all connections between the two, and refuses new ones. */
  void cut(int one, int other) {
    wire(one, other).set(false, true);
    wire(other, one).set(false, true);
    for (Connection connection : connections) {
      if (connection.isBetween(one, other)) {
        connection.reset();
      }
    }
  }

  /** Whatever one says to the other takes so much longer. */
  void delay(int from, int to, long millis) {
    wire(from, to).delayMillis = millis;
  }

  /** All is as it should be. What was held back arrives now. */
  void heal() {
    for (Wire wire : wires.values()) {
      wire.delayMillis = 0;
      wire.set(false, false);
    }
  }

  @Override
  public void close() {
    for (ServerSocket server : servers) {
      try {
        server.close();
      } catch (IOException ignored) {
        // It accepts no more either way.
      }
    }
    heal();
    connections.forEach(Connection::reset);
  }

  /** One connection, made by {@code from}. */
  private final class Connection {
    private final int from;
    private final int to;
    private final int port;
    private final Socket near;
    private final Socket far = new Socket();
    private final AtomicInteger ended = new AtomicInteger();

    Connection(int from, int to, int port, Socket near) {
      this.from = from;
      this.to = to;
      this.port = port;
      this.near = near;
    }

    boolean isBetween(int one, int other) {
      return (from == one && to == other) || (from == other && to == one);
    }

    void run() {
      try {
        if (!wire(from, to).awaitPassing()) {
          reset();
          return;
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        far.connect(new InetSocketAddress(address(to, to), port));
        daemon("wire-" + to + "-" + from, () -> pump(far, near, wire(to, from)));
        pump(near, far, wire(from, to));
      } catch (IOException refused) {
        reset();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }

    private void pump(Socket source, Socket target, Wire wire) {
      try {
        byte[] buffer = new byte[64 << 10];
        InputStream in = source.getInputStream();
        OutputStream out = target.getOutputStream();
        while (true) {
          int read = read(in, buffer);
          if (!wire.awaitPassing() || read == BROKEN) {
            reset();
            return;
          }
          if (wire.delayMillis > 0) {
            NodeProcess.pauseMillis(wire.delayMillis);
          }
          if (read < 0) {
            target.shutdownOutput();
            onEnd();
            return;
          }
          out.write(buffer, 0, read);
        }
      } catch (IOException broken) {
        reset();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }

    private static final int BROKEN = -2;

    private static int read(InputStream in, byte[] buffer) {
      try {
        return in.read(buffer);
      } catch (IOException broken) {
        return BROKEN; // the other side learns it when the wire lets anything through
      }
    }

    /** One side has said all; when both have, the connection is over. */
    private void onEnd() {
      if (ended.incrementAndGet() == 2) {
        close();
      }
    }

    /** Both sides see a connection that broke. */
    void reset() {
      for (Socket socket : List.of(near, far)) {
        try {
          socket.setSoLinger(true, 0);
        } catch (IOException ignored) {
          // Not connected, or closed.
        }
      }
      close();
    }

    private void close() {
      connections.remove(this);
      for (Socket socket : List.of(near, far)) {
        try {
          socket.close();
        } catch (IOException ignored) {
          // It is of no more use either way.
        }
      }
    }
  }
}
