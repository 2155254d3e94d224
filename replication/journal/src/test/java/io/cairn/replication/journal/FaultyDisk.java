package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that can be told to fail, and keeps account of what was asked of it. */
final class FaultyDisk implements Disk {
  /**
   * What was forced, in order, but not in the background: names of files, with a plus when forced
   * with their metadata, and of directories, with a slash.
   */
  final List<String> forces = new ArrayList<>();

  private volatile @Nullable Throwable failure;
  private volatile boolean backgroundFails;
  private volatile long usableBytes = Long.MAX_VALUE;

  /** What every force and write throws from here on; null for none. */
  void failWith(@Nullable Throwable newFailure) {
    failure = newFailure;
  }

  /** Lets every write in the background fail from here on. */
  void failBackground() {
    backgroundFails = true;
  }

  void usableBytes(long bytes) {
    usableBytes = bytes;
  }

  private void note(String name) {
    if (!isBackground()) {
      forces.add(name);
    }
  }

  private static boolean isBackground() {
    return Thread.currentThread().getName().startsWith("cairn-log-");
  }

  private void maybeFail() throws IOException {
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw new IOException(thrown.getMessage(), thrown);
    }
  }

  @Override
  public synchronized void force(FileChannel channel, Path file, boolean metadata)
      throws IOException {
    note(file.getFileName() + (metadata ? "+" : ""));
    maybeFail();
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    note(directory.getFileName() + "/");
    maybeFail();
  }

  @Override
  public void write(FileChannel channel, Path file, ByteBuffer bytes, long position)
      throws IOException {
    maybeFail();
    if (backgroundFails && isBackground()) {
      throw new IOException("Input/output error");
    }
    Disk.super.write(channel, file, bytes, position);
  }

  @Override
  public long usableBytes(Path directory) {
    return usableBytes;
  }
}
