package io.cairn.compare.cairn;

import io.cairn.client.AsyncCairnClient;
import io.cairn.client.CairnClient;
import io.cairn.client.ConsistencyLevel;
import io.cairn.compare.client.Call;
import io.cairn.compare.client.Client;
import io.cairn.compare.client.Operation;
import io.cairn.compare.client.Target;
import io.cairn.v1.DescribeResponse;
import java.util.List;

/**
 * Cairn with the defaults of its client, which finds the leader by itself. The variant "unary" is a
 * gRPC call for each operation, any other the stream that the client uses by default.
 */
public final class CairnTarget implements Target {
  private final CairnClient client;
  private final List<String> endpoints;

  private CairnTarget(List<String> endpoints, String variant) {
    this.endpoints = endpoints;
    this.client =
        CairnClient.builder()
            .endpoints(String.join(",", endpoints))
            .pipelining(!variant.equals("unary"))
            .build();
  }

  /** The process of a client. */
  public static void main(String[] args) throws Exception {
    Client.run(args, CairnTarget::new);
  }

  @Override
  public Call call(Operation operation) {
    AsyncCairnClient async = client.async();
    return switch (operation) {
      case STRONG_PUT -> put(async, ConsistencyLevel.STRONG);
      case EVENTUAL_PUT -> put(async, ConsistencyLevel.EVENTUAL);
      case STRONG_GET -> get(async, ConsistencyLevel.STRONG);
      case EVENTUAL_GET -> get(async, ConsistencyLevel.EVENTUAL);
    };
  }

  private static Call put(AsyncCairnClient async, ConsistencyLevel level) {
    return (key, value, answer) ->
        answer.from(async.put(key, value, level), version -> version != null);
  }

  private static Call get(AsyncCairnClient async, ConsistencyLevel level) {
    return (key, value, answer) -> answer.from(async.get(key, level), found -> found != null);
  }

  @Override
  public boolean isReady() {
    DescribeResponse cluster = client.describe();
    if (cluster.getShardsCount() == 0
        || cluster.getShards(0).getInSyncReplicasCount() < endpoints.size()) {
      return false;
    }
    client.put(new byte[] {'r'}, new byte[0]);
    return true;
  }

  @Override
  public String leader() {
    DescribeResponse cluster = client.describe();
    int leader = cluster.getShards(0).getLeader();
    return cluster.getNodesList().stream()
        .filter(node -> node.getNodeId() == leader)
        .findFirst()
        .orElseThrow()
        .getClientAddress();
  }

  @Override
  public void close() {
    client.close();
  }
}
