package io.cairn.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A replica of the plainest kind, of the layers that Cairn is made of: gRPC, one entry of a
 * Chronicle Queue for all puts that have gathered, a stream to each follower, one force, and one
 * batch of RocksDB once it is answered, all of it on one thread. It checks nothing, bears no
 * failure and cannot be started again: what a STRONG put costs when nothing is asked of it but
 * speed.
 */
final class RawReplica implements AutoCloseable {
  /** A put is a key and a value of {@link Dataset}; the answer has as many bytes as a node's. */
  static final MethodDescriptor<byte[], byte[]> PUT =
      ByteArrayMarshaller.method(MethodType.UNARY, "benchmark.Replica/Put");

  private static final MethodDescriptor<byte[], byte[]> REPLICATE =
      ByteArrayMarshaller.method(MethodType.BIDI_STREAMING, "benchmark.Replica/Replicate");
  private static final int PUT_BYTES = Dataset.KEY_BYTES + Dataset.VALUE_BYTES;
  private static final int MAX_GROUP = 256;
  private static final byte[] ANSWER = new byte[40];
  private static final int FILLED_BYTES = 512 << 20;

  static {
    RocksDB.loadLibrary();
  }

  /** Puts, and who is told when they are on the disk: of this node, or of all. */
  private record Arrival(byte[] puts, StreamObserver<byte[]> observer) {}

  private record Unconfirmed(long group, List<Arrival> arrivals) {}

  private static class NoOne implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] value) {}

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}
  }

  /** For the thread that opens it: the library lets no other use its appender. */
  private static final class Log implements AutoCloseable {
    private final JournalBenchmark.RawQueue queue = new JournalBenchmark.RawQueue();
    private final FileChannel file;

    Log() throws IOException {
      queue.open();
      queue.append(new byte[1]); // makes the file
      file = FileChannel.open(queue.file(), StandardOpenOption.WRITE);
      JournalForceBenchmark.fill(file, 1 << 20, FILLED_BYTES);
    }

    void append(byte[] entry) {
      queue.append(entry);
    }

    void force() throws IOException {
      file.force(false);
    }

    @Override
    public void close() throws IOException {
      file.close();
      queue.close();
    }
  }

  private static final Arrival END = new Arrival(new byte[0], new NoOne());

  private final TemporaryDirectory directory = new TemporaryDirectory();
  private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Options options =
      new Options().setCreateIfMissing(true).setWriteBufferSize(64L << 20);
  private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
  private final WriteBatch batch = new WriteBatch();
  private final RocksDB db;
  private final Server server;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<StreamObserver<byte[]>> followers = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "raw-replica");

  /** Newest group on the disk of the leader, and of each follower. */
  private final long[] onDisk;

  private final Queue<Unconfirmed> unconfirmed = new ArrayDeque<>();
  private long group;

  /** With the ports of followers it leads them. */
  RawReplica(List<Integer> followerPorts) throws IOException, RocksDBException {
    db = RocksDB.open(options, directory.resolve("db").toString());
    onDisk = new long[1 + followerPorts.size()];
    for (int port : followerPorts) {
      follow(port, 1 + followers.size());
    }
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("benchmark.Replica")
                    .addMethod(
                        PUT,
                        ServerCalls.asyncUnaryCall(
                            (put, observer) -> arrivals.add(new Arrival(put, observer))))
                    .addMethod(REPLICATE, ServerCalls.asyncBidiStreamingCall(this::replicate))
                    .build())
            .build()
            .start();
    thread.setDaemon(true);
    thread.start();
  }

  private void follow(int port, int index) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    channels.add(channel);
    followers.add(
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(REPLICATE, CallOptions.DEFAULT),
            new NoOne() {
              @Override
              public void onNext(byte[] forced) {
                confirm(index, ByteBuffer.wrap(forced).getLong());
              }
            }));
  }

  private StreamObserver<byte[]> replicate(StreamObserver<byte[]> leader) {
    return new NoOne() {
      @Override
      public void onNext(byte[] puts) {
        arrivals.add(new Arrival(puts, leader));
      }
    };
  }

  private void run() {
    List<Arrival> gathered = new ArrayList<>();
    try (Log log = new Log()) {
      while (!gathered.contains(END)) {
        gathered.clear();
        gathered.add(arrivals.take());
        arrivals.drainTo(gathered, MAX_GROUP - 1);
        if (followers.isEmpty()) {
          forceAndAcknowledge(log, gathered);
        } else {
          replicateAndForce(log, new ArrayList<>(gathered));
        }
        for (Arrival arrival : gathered) {
          addToBatch(arrival.puts());
        }
        db.write(writeOptions, batch);
        batch.clear();
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1); // whoever waits for an answer then hears that there is none
    }
  }

  private void forceAndAcknowledge(Log log, List<Arrival> groups) throws IOException {
    for (Arrival arrival : groups) {
      log.append(arrival.puts());
    }
    log.force();
    group += groups.size();
    groups
        .get(groups.size() - 1)
        .observer()
        .onNext(ByteBuffer.allocate(Long.BYTES).putLong(group).array());
  }

  private void replicateAndForce(Log log, List<Arrival> puts) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(puts.size() * PUT_BYTES);
    for (Arrival arrival : puts) {
      bytes.put(arrival.puts());
    }
    group++;
    synchronized (unconfirmed) {
      unconfirmed.add(new Unconfirmed(group, puts));
    }
    for (StreamObserver<byte[]> follower : followers) {
      follower.onNext(bytes.array());
    }
    log.append(bytes.array());
    log.force();
    confirm(0, group);
  }

  private void confirm(int replica, long forced) {
    List<Unconfirmed> confirmed = new ArrayList<>();
    synchronized (unconfirmed) {
      onDisk[replica] = forced;
      long everywhere = Arrays.stream(onDisk).min().orElseThrow();
      for (Unconfirmed next; (next = head()) != null && next.group() <= everywhere; ) {
        confirmed.add(next);
        unconfirmed.remove();
      }
    }
    for (Unconfirmed next : confirmed) {
      for (Arrival arrival : next.arrivals()) {
        arrival.observer().onNext(ANSWER);
        arrival.observer().onCompleted();
      }
    }
  }

  private @Nullable Unconfirmed head() {
    return unconfirmed.peek();
  }

  private void addToBatch(byte[] puts) throws RocksDBException {
    for (int at = 0; at < puts.length; at += PUT_BYTES) {
      int value = at + Dataset.KEY_BYTES;
      batch.put(
          Arrays.copyOfRange(puts, at, value), Arrays.copyOfRange(puts, value, at + PUT_BYTES));
    }
  }

  int port() {
    return server.getPort();
  }

  /**
   * One replica in a process of its own, until its input ends; the followers' ports make it lead.
   */
  public static void main(String[] args) throws IOException, RocksDBException {
    try (RawReplica replica = new RawReplica(Arrays.stream(args).map(Integer::valueOf).toList())) {
      ChildProcess.serve(replica.port());
    }
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    channels.forEach(ManagedChannel::shutdownNow);
    arrivals.add(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    db.close();
    batch.close();
    writeOptions.close();
    options.close();
    directory.close();
  }
}
