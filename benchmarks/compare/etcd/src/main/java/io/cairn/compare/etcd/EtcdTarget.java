package io.cairn.compare.etcd;

import io.cairn.compare.client.Call;
import io.cairn.compare.client.Operation;
import io.cairn.compare.client.Target;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.options.GetOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * etcd with the defaults of jetcd. It talks to the leader only, as etcd's own benchmark does with
 * {@code --target-leader}, for a follower passes writes on and asks the leader before it reads. The
 * variant "all" uses all members, as one does who wants to survive the loss of one.
 */
public final class EtcdTarget implements Target {
  private static final long WAIT_SECONDS = 5;

  private final List<String> urls;
  private final boolean leaderOnly;
  private final Client members;

  /** Made when the leader is known. */
  private @Nullable Client leaderClient;

  private EtcdTarget(List<String> endpoints, String variant) {
    this.urls = endpoints.stream().map(endpoint -> "http://" + endpoint).toList();
    this.leaderOnly = urls.size() > 1 && !variant.equals("all");
    this.members = connect(urls);
  }

  private static Client connect(List<String> urls) {
    return Client.builder().endpoints(urls.toArray(new String[0])).build();
  }

  /** The process of a client. */
  public static void main(String[] args) throws Exception {
    io.cairn.compare.client.Client.run(args, EtcdTarget::new);
  }

  @Override
  public Call call(Operation operation) throws Exception {
    KV kv = client().getKVClient();
    GetOption serializable = GetOption.builder().withSerializable(true).build();
    return switch (operation) {
      case STRONG_PUT ->
          (key, value, answer) ->
              answer.from(
                  kv.put(ByteSequence.from(key), ByteSequence.from(value)), put -> put != null);
      case STRONG_GET -> get(kv, GetOption.DEFAULT);
      case EVENTUAL_GET -> get(kv, serializable);
      case EVENTUAL_PUT -> throw new IllegalArgumentException("etcd has no weaker put");
    };
  }

  private static Call get(KV kv, GetOption option) {
    return (key, value, answer) ->
        answer.from(
            kv.get(ByteSequence.from(key), option), got -> got != null && got.getCount() == 1);
  }

  private Client client() throws Exception {
    if (!leaderOnly) {
      return members;
    }
    Client client = leaderClient;
    if (client == null) {
      client = connect(List.of("http://" + leader()));
      leaderClient = client;
    }
    return client;
  }

  @Override
  public boolean isReady() throws Exception {
    for (String url : urls) {
      if (status(url).getLeader() == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String leader() throws Exception {
    for (String url : urls) {
      StatusResponse status = status(url);
      if (status.getHeader().getMemberId() == status.getLeader()) {
        return url.substring("http://".length());
      }
    }
    throw new IllegalStateException("etcd has no leader");
  }

  private StatusResponse status(String url) throws Exception {
    return members.getMaintenanceClient().statusMember(url).get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    members.close();
    if (leaderClient != null) {
      leaderClient.close();
    }
  }
}
