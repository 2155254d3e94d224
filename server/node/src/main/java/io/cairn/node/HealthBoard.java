package io.cairn.node;

import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.KvGrpc;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;

/** What grpc.health.v1 tells: of the node as a whole (the empty name) and of each service. */
final class HealthBoard {
  private static final List<String> NAMES =
      List.of(
          HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
          KvGrpc.SERVICE_NAME,
          ClusterGrpc.SERVICE_NAME);

  private final HealthStatusManager manager = new HealthStatusManager();

  BindableService service() {
    return manager.getHealthService();
  }

  void serving() {
    NAMES.forEach(name -> manager.setStatus(name, ServingStatus.SERVING));
  }

  /** For good. */
  void notServing() {
    manager.enterTerminalState();
  }
}
