package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Writes into a file that is filled ahead and forces it, once for all that has gathered: the least
 * that a durable put costs, whatever it is stored in.
 */
final class GroupForce implements AutoCloseable {
  private static final int FILE_BYTES = 64 << 20;
  private static final int GROUP_BYTES = 1 << 20;

  private record Write(byte[] bytes, Runnable onDisk) {}

  private static final Write END = new Write(new byte[0], () -> {});

  private final LinkedBlockingQueue<Write> gathered = new LinkedBlockingQueue<>();
  private final ByteBuffer group = ByteBuffer.allocateDirect(GROUP_BYTES);
  private final FileChannel file;
  private final Thread thread = new Thread(this::run, "group-force");
  private long position;

  GroupForce(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    JournalForceBenchmark.fill(file, 0, FILE_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes these bytes; what is to be done once they are on disk is done on the file's thread. */
  void write(byte[] bytes, Runnable onDisk) {
    gathered.add(new Write(bytes, onDisk));
  }

  private void run() {
    List<Write> writes = new ArrayList<>();
    try {
      while (!writes.contains(END)) {
        writes.clear();
        writes.add(gathered.take());
        gathered.drainTo(writes);
        force(writes);
        writes.forEach(write -> write.onDisk().run());
      }
    } catch (IOException | InterruptedException e) {
      // Nobody gets an answer any more, and JMH ends the benchmark after its time.
      throw new IllegalStateException(e);
    }
  }

  private void force(List<Write> writes) throws IOException {
    group.clear();
    for (Write write : writes) {
      group.put(write.bytes());
    }
    group.flip();
    if (position + group.remaining() > FILE_BYTES) {
      position = 0;
    }
    while (group.hasRemaining()) {
      position += file.write(group, position);
    }
    file.force(false);
  }

  @Override
  public void close() throws IOException {
    gathered.add(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
