package io.cairn.replication.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk that remembers what was forced, and can make the directory that a power cut would leave:
 * every sector and every directory as forced last or as written since, as chance will have it.
 * After a force that failed it forgets what it was to force.
 */
final class CrashDisk implements Disk, AutoCloseable {
  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;

  private final Map<Object, byte[]> forcedFiles = new HashMap<>();
  private final Map<Object, Map<String, Object>> forcedDirectories = new HashMap<>();

  /** Also those that were deleted before anything in them was forced. */
  private final Set<Object> directories = new HashSet<>();

  /** Open, so that no file number is used twice, and what is deleted can still be read. */
  private final Map<Object, FileChannel> seen = new HashMap<>();

  /** What a file held when a force of it failed, and which of its pages were written since. */
  private final Map<Object, Forgotten> forgotten = new HashMap<>();

  private record Forgotten(byte[] bytes, BitSet writtenSince) {}

  private boolean forceFails;
  private boolean dead;

  /** How often the log may still use the disk, but for what it does in the background. */
  private int usesLeft = Integer.MAX_VALUE;

  /** All that a directory holds already is on disk. */
  static CrashDisk of(Path directory) throws IOException {
    CrashDisk disk = new CrashDisk();
    disk.forceAll(directory);
    return disk;
  }

  private void forceAll(Path directory) throws IOException {
    for (Path path : Directories.list(directory)) {
      if (Files.isDirectory(path)) {
        forceAll(path);
      } else {
        forcedFiles.put(key(path), read(path));
      }
    }
    forcedDirectories.put(key(directory), namesIn(directory));
  }

  @Override
  public synchronized void force(FileChannel channel, Path file, boolean metadata)
      throws IOException {
    checkAlive();
    Object key = key(file);
    byte[] now = read(file);
    if (forceFails) {
      forceFails = false;
      forgotten.put(key, new Forgotten(now, new BitSet()));
      throw new IOException("Input/output error");
    }
    forcedFiles.put(key, withoutForgotten(key, now));
  }

  /**
   * Lets the next force fail, and forget as Linux does: the pages count as written, and later
   * forces leave them out until they are written anew.
   */
  synchronized void failNextForce(boolean fails) {
    forceFails = fails;
  }

  private byte[] withoutForgotten(Object key, byte[] now) {
    Forgotten lost = forgotten.get(key);
    if (lost == null) {
      return now;
    }
    byte[] forced = Arrays.copyOf(forcedFiles.getOrDefault(key, new byte[0]), now.length);
    byte[] before = Arrays.copyOf(lost.bytes, now.length);
    for (int at = 0; at < now.length; at += PAGE_BYTES) {
      int end = Math.min(now.length, at + PAGE_BYTES);
      boolean dirty = lost.writtenSince.get(at / PAGE_BYTES);
      if (dirty || !Arrays.equals(now, at, end, before, at, end)) {
        System.arraycopy(now, at, forced, at, end - at);
      }
    }
    return forced;
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    checkAlive();
    forcedDirectories.put(key(directory), namesIn(directory));
  }

  @Override
  public synchronized void write(FileChannel channel, Path file, ByteBuffer bytes, long position)
      throws IOException {
    checkAlive();
    // The log may give the directory of a segment another name while the background thread fills
    // it:
    // the path is of use only where a force has failed, after which no segment is begun.
    Forgotten lost = forgotten.isEmpty() ? null : forgotten.get(key(file));
    if (lost != null && bytes.hasRemaining()) {
      long last = position + bytes.remaining() - 1;
      lost.writtenSince.set((int) (position / PAGE_BYTES), (int) (last / PAGE_BYTES) + 1);
    }
    Disk.super.write(channel, file, bytes, position);
  }

  /** Lets everything fail after the log has used the disk so many times more. */
  synchronized void dieAfter(int uses) {
    usesLeft = uses;
  }

  synchronized boolean isDead() {
    return dead;
  }

  private void checkAlive() throws IOException {
    if (!Thread.currentThread().getName().startsWith(Housekeeper.THREAD_PREFIX)) {
      dead |= usesLeft-- == 0;
    }
    if (dead) {
      throw new IOException("the power is off");
    }
  }

  private Object key(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Object key = attributes.fileKey();
    if (attributes.isDirectory()) {
      directories.add(key);
    }
    if (!seen.containsKey(key)) {
      seen.put(key, FileChannel.open(path, StandardOpenOption.READ));
    }
    return key;
  }

  private Map<String, Object> namesIn(Path directory) throws IOException {
    Map<String, Object> names = new HashMap<>();
    for (Path path : listOrNone(directory)) {
      try {
        names.put(path.getFileName().toString(), key(path));
      } catch (NoSuchFileException e) {
        // The log deleted it meanwhile.
      }
    }
    return names;
  }

  private static List<Path> listOrNone(Path directory) throws IOException {
    try {
      return Directories.list(directory);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  /** Cuts the power. Everything fails from here on. */
  synchronized void cutPower(Path directory, Path copy, Random random) throws IOException {
    dead = true;
    Files.createDirectories(copy);
    Map<String, Object> now = namesIn(directory);
    Map<String, Object> forced = forcedDirectories.getOrDefault(key(directory), Map.of());
    Map<Object, Map<String, Object>> insides = new HashMap<>(forcedDirectories);
    for (Map.Entry<String, Object> name : now.entrySet()) {
      Path path = directory.resolve(name.getKey());
      if (Files.isDirectory(path)) {
        insides.merge(
            name.getValue(), namesIn(path), (old, current) -> random.nextBoolean() ? old : current);
      }
    }
    leave(random.nextBoolean() ? forced : now, insides, copy, random);
  }

  private void leave(
      Map<String, Object> names, Map<Object, Map<String, Object>> insides, Path copy, Random random)
      throws IOException {
    for (Map.Entry<String, Object> name : names.entrySet()) {
      Path target = copy.resolve(name.getKey());
      Map<String, Object> inside = insides.get(name.getValue());
      if (directories.contains(name.getValue())) {
        Files.createDirectories(target);
        leave(inside == null ? Map.of() : inside, insides, target, random);
      } else {
        byte[] left = mix(forcedFiles.get(name.getValue()), now(name.getValue()), random);
        Files.write(target, left);
      }
    }
  }

  private byte[] now(Object key) throws IOException {
    FileChannel channel = seen.get(key);
    if (channel == null) {
      throw new IOException("never seen " + key);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {}
    return bytes.array();
  }

  private static byte[] mix(byte @Nullable [] forced, byte[] now, Random random) {
    byte[] old = forced == null ? new byte[0] : forced;
    byte[] mixed = new byte[random.nextBoolean() ? old.length : now.length];
    int newPerMille = random.nextInt(4) * 333;
    boolean torn = random.nextBoolean();
    int step = torn ? SECTOR_BYTES : PAGE_BYTES;
    for (int at = 0; at < mixed.length; at += step) {
      byte[] from = random.nextInt(1000) < newPerMille ? now : old;
      int length = Math.min(step, mixed.length - at);
      if (at < from.length) {
        System.arraycopy(from, at, mixed, at, Math.min(length, from.length - at));
      }
    }
    return mixed;
  }

  @Override
  public synchronized void close() throws IOException {
    for (FileChannel channel : seen.values()) {
      channel.close();
    }
  }
}
