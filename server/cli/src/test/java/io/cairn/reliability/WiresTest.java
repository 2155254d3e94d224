package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A connection from node 1 to node 2. */
@EnabledOnOs(OS.LINUX) // where 127.0.1.2 is this machine too
@Timeout(60)
class WiresTest {
  private static final int SHORT_MILLIS = 200;
  private static final int PATIENCE_MILLIS = 30_000;

  private Wires wires;
  private ServerSocket node2;
  private int port;
  private Socket caller;
  private Socket called;

  @BeforeEach
  void connect() throws IOException {
    port = NodeProcess.freePort();
    int other = NodeProcess.freePort();
    wires = Wires.between(Map.of(1, List.of(other), 2, List.of(port)), 2);
    node2 = new ServerSocket(port, 1, InetAddress.getByName(Wires.address(2, 2)));
    caller = new Socket(Wires.address(1, 2), port);
    called = node2.accept();
    caller.setSoTimeout(PATIENCE_MILLIS);
    called.setSoTimeout(PATIENCE_MILLIS);
  }

  @AfterEach
  void close() throws IOException {
    wires.close();
    caller.close();
    called.close();
    node2.close();
  }

  private static void send(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
  }

  private static int receive(Socket socket) throws IOException {
    return socket.getInputStream().read();
  }

  @Test
  void bytesPassBothWays() throws IOException {
    send(caller, 1);
    assertThat(receive(called)).isEqualTo(1);
    send(called, 2);
    assertThat(receive(caller)).isEqualTo(2);
  }

  @Test
  void whatIsDroppedOneWayComesWhenTheWireIsWhole() throws IOException {
    wires.drop(1, 2);
    send(caller, 1);
    called.setSoTimeout(SHORT_MILLIS);
    assertThatThrownBy(() -> receive(called)).isInstanceOf(SocketTimeoutException.class);
    send(called, 2);
    assertThat(receive(caller)).isEqualTo(2);

    called.setSoTimeout(PATIENCE_MILLIS);
    wires.heal();
    assertThat(receive(called)).isEqualTo(1);
  }

  @Test
  void aCutBreaksConnectionsAndRefusesNewOnes() throws IOException {
    wires.cut(1, 2);
    assertThatThrownBy(() -> receive(caller)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> receive(called)).isInstanceOf(SocketException.class);
    try (Socket again = new Socket(Wires.address(1, 2), port)) {
      again.setSoTimeout(PATIENCE_MILLIS);
      assertThatThrownBy(() -> receive(again)).isInstanceOf(SocketException.class);
    }

    wires.heal();
    try (Socket again = new Socket(Wires.address(1, 2), port);
        Socket accepted = node2.accept()) {
      send(again, 3);
      assertThat(receive(accepted)).isEqualTo(3);
    }
  }
}
