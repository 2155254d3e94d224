package io.cairn.node;

import io.cairn.node.service.Lanes;
import io.grpc.BindableService;
import java.io.IOException;
import java.util.List;

/** How requests reach the services, and on which threads they are answered. */
interface Transport {

  Lanes lanes();

  /**
   * Begins to take calls.
   *
   * @throws IOException when the address cannot be used
   */
  void start(List<BindableService> services) throws IOException;

  /** Where it listens; 0 when it is no port. */
  int port();

  /**
   * Takes no further calls and ends those under way, waiting for them at most so long before it
   * cuts them off. Also allowed when it was never started.
   */
  void stopCalls(long timeoutMillis);

  /** Ends the threads, after everything that answers on them. */
  void close();
}
