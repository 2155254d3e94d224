package io.cairn.replication.journal;

import io.cairn.replication.core.ReplicaLog.LogCorruptedException;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where the manifest lies; it is replaced as a whole, and on disk when {@link #write} returns.
 *
 * <p>The temporary file of the next write is filled with zeros ahead, so that a segment can be
 * sealed on a disk that is full by then.
 */
final class ManifestFile {
  static final String NAME = "manifest";
  static final String TEMPORARY = "manifest.tmp";
  private static final int SPARE_BYTES = 64 << 10;

  private ManifestFile() {}

  /** Null when there is none. */
  static @Nullable Manifest readOrNull(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return null;
    }
    String cannotBeUsed = "the log's manifest " + file + " cannot be used: ";
    try {
      return Manifest.decode(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (Manifest.BadManifestException e) {
      throw new LogCorruptedException(cannotBeUsed + e.getMessage(), e);
    } catch (Manifest.UnknownFormatException e) {
      throw new LogFailedException(cannotBeUsed + e.getMessage(), e);
    }
  }

  static void write(Path directory, Manifest manifest, Disk disk) throws IOException {
    Path temporary = directory.resolve(TEMPORARY);
    byte[] bytes = manifest.encode().getBytes(StandardCharsets.ISO_8859_1);
    try (FileChannel channel = open(temporary)) {
      disk.write(channel, temporary, ByteBuffer.wrap(bytes), 0);
      channel.truncate(bytes.length);
      disk.force(channel, temporary, true);
    }
    Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    disk.forceDirectory(directory);
    fillSpareQuietly(temporary, Math.max(SPARE_BYTES, 2 * bytes.length), disk);
  }

  private static void fillSpareQuietly(Path temporary, int bytes, Disk disk) {
    try (FileChannel channel = open(temporary)) {
      disk.write(channel, temporary, ByteBuffer.allocate(bytes), 0);
    } catch (IOException e) {
      // The manifest is written; the next one may still find its place.
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
