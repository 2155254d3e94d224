package io.cairn.compare.redis;

import io.cairn.compare.client.Answer;
import io.cairn.compare.client.Call;
import io.cairn.compare.client.Client;
import io.cairn.compare.client.Operation;
import io.cairn.compare.client.Target;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Redis on one connection to the master, flushed by hand as Lettuce advises for many commands: what
 * the answers of one read from the socket have started goes out in one write. A strong put with
 * replicas is part of a batch of SETs that ends with WAIT.
 */
public final class RedisTarget implements Target {
  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Flush flush;
  private final int replicas;

  private RedisTarget(List<String> endpoints, String variant) {
    AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
    this.resources =
        ClientResources.builder()
            .nettyCustomizer(
                new NettyCustomizer() {
                  @Override
                  public void afterChannelInitialized(Channel made) {
                    channel.set(made);
                  }
                })
            .build();
    this.client = RedisClient.create(resources, RedisURI.create("redis://" + endpoints.get(0)));
    this.connection = client.connect(ByteArrayCodec.INSTANCE);
    this.commands = connection.async();
    this.replicas = endpoints.size() - 1;
    Channel connected = channel.get();
    if (connected == null) {
      throw new IllegalStateException("connected without a channel");
    }
    connection.setAutoFlushCommands(false);
    this.flush = new Flush(connected.eventLoop(), connection::flushCommands);
  }

  /** The process of a client. */
  public static void main(String[] args) throws Exception {
    Client.run(args, RedisTarget::new);
  }

  @Override
  public Call call(Operation operation) {
    return switch (operation) {
      case STRONG_PUT -> replicas == 0 ? this::set : new WaitBatches(commands, flush, replicas);
      case EVENTUAL_PUT -> this::set;
      case STRONG_GET -> {
        if (replicas > 0) {
          // A master that was replaced without knowing it answers too.
          throw new IllegalArgumentException("Redis has no linearizable get with replicas");
        }
        yield this::get;
      }
      case EVENTUAL_GET -> this::get;
    };
  }

  private void get(byte[] key, byte[] value, Answer answer) {
    answer.from(commands.get(key), found -> found != null);
    flush.soon();
  }

  private void set(byte[] key, byte[] value, Answer answer) {
    answer.from(commands.set(key, value), "OK"::equals);
    flush.soon();
  }

  @Override
  public boolean isReady() throws Exception {
    var info = commands.info("replication");
    flush.soon();
    long online = info.get().lines().filter(line -> line.contains("state=online")).count();
    return online == replicas;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
