package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A disk that can be told to fail, and keeps account of what was asked of it. */
final class FaultyDisk implements Disk {
  /**
   * What was forced, in order, but not in the background: names of files, with a plus when forced
   * with their metadata, and of directories, with a slash.
   */
  final List<String> forces = new ArrayList<>();

  /** What was written, in order. */
  final List<Written> writes = new ArrayList<>();

  /**
   * @param forcesBefore how many of {@link #forces} came before
   */
  record Written(String file, long position, long end, int forcesBefore) {
    boolean covers(String name, long from, long to) {
      return file.equals(name) && position <= from && to <= end;
    }
  }

  private volatile @Nullable Throwable failure;
  private volatile @Nullable String backgroundFailure;
  private volatile @Nullable String backgroundForceFailure;
  private volatile boolean once;
  private volatile boolean full;
  private volatile boolean spaceUnknown;
  private volatile boolean spareFails;
  private final AtomicInteger spaceAsked = new AtomicInteger();
  private volatile long usableBytes = Long.MAX_VALUE;

  /** What every force and write throws from here on; null for none. */
  void failWith(@Nullable Throwable newFailure) {
    failure = newFailure;
  }

  /** What every write in the background fails with from here on; null for none. */
  void failBackground(@Nullable String message) {
    backgroundFailure = message;
  }

  /** What every force of data alone in the background fails with from here on. */
  void failBackgroundForces(String message) {
    backgroundForceFailure = message;
  }

  /** What the next write in the background fails with. */
  void failBackgroundOnce(String message) {
    backgroundFailure = message;
    once = true;
  }

  boolean failsBackground() {
    return backgroundFailure != null;
  }

  /** Whether the disk turns out to be full when a write in the background has failed. */
  void fullOnceFailed() {
    full = true;
  }

  /** Whether nobody can tell what is free. */
  void spaceUnknown(boolean unknown) {
    spaceUnknown = unknown;
  }

  void usableBytes(long bytes) {
    usableBytes = bytes;
  }

  private void note(String name) {
    if (!isBackground()) {
      forces.add(name);
    }
  }

  int spaceAsked() {
    return spaceAsked.get();
  }

  /** Lets it fail to make room for the next manifest. */
  void failSpare() {
    spareFails = true;
  }

  private static boolean isBackground() {
    return Thread.currentThread().getName().startsWith(Housekeeper.THREAD_PREFIX);
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
    String message = backgroundForceFailure;
    if (message != null && isBackground() && !metadata) {
      throw new IOException(message);
    }
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
    if (spareFails && file.endsWith(ManifestFile.TEMPORARY) && bytes.get(0) == 0) {
      throw new IOException("Input/output error");
    }
    String message = backgroundFailure;
    if (message != null && isBackground()) {
      usableBytes = full ? 0 : usableBytes;
      backgroundFailure = once ? null : message;
      throw new IOException(message);
    }
    synchronized (this) {
      String name = file.getFileName().toString();
      writes.add(new Written(name, position, position + bytes.remaining(), forces.size()));
    }
    Disk.super.write(channel, file, bytes, position);
  }

  @Override
  public FreeSpace freeSpace(Path directory) {
    return () -> {
      spaceAsked.incrementAndGet();
      if (spaceUnknown) {
        throw new IOException("Too many open files");
      }
      return usableBytes;
    };
  }
}
