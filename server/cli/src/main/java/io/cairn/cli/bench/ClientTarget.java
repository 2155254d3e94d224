package io.cairn.cli.bench;

import io.cairn.client.AsyncCairnClient;
import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Nodes, through the asynchronous client, or several of them in turn. Scans alone take a thread
 * each while they are read, for the client has them as iterators only; there are none without
 * scans.
 */
public final class ClientTarget implements Target, AutoCloseable {

  /** Scans under way at most: as many as a node admits by default. */
  public static final int MAX_SCANS = 64;

  private final List<CairnClient> clients;
  private final KeySpace keys;
  private final int scanLength;
  private final ExecutorService scanners;
  private int turn;

  /**
   * @param clients stay open when this is closed
   * @param scanLength entries that a scan reads
   */
  public ClientTarget(List<CairnClient> clients, KeySpace keys, int scanLength) {
    this.clients = clients;
    this.keys = keys;
    this.scanLength = scanLength;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_SCANS, MAX_SCANS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
    pool.allowCoreThreadTimeOut(true);
    this.scanners = pool;
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "cairn-bench-scan");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletableFuture<?> send(Request request) {
    CairnClient client = clients.get(turn);
    turn = (turn + 1) % clients.size();
    AsyncCairnClient async = client.async();
    Mix.Share share = request.share();
    return switch (share.kind()) {
      case GET -> async.get(request.key(), share.level());
      case PUT -> async.put(request.key(), request.value(), share.level());
      case DELETE -> async.delete(request.key(), share.level());
      case SCAN -> CompletableFuture.supplyAsync(() -> scan(client, request), scanners);
    };
  }

  private int scan(CairnClient client, Request request) {
    ScanOptions options =
        ScanOptions.in(keys.startingAt(request.key()))
            .limit(scanLength)
            .at(request.share().level());
    int entries = 0;
    try (CloseableIterator<KeyValue> found = client.scan(options)) {
      while (found.hasNext()) {
        found.next();
        entries++;
      }
    }
    return entries;
  }

  @Override
  public void close() {
    scanners.shutdown();
  }
}
