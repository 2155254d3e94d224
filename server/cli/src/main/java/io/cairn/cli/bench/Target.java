package io.cairn.cli.bench;

import java.util.concurrent.CompletableFuture;

/** What is measured. */
interface Target {

  /**
   * Starts an operation and never blocks. The future of a get has null when there is no such key;
   * all fail as those of the client do.
   */
  CompletableFuture<?> send(Request request);
}
