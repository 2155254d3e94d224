package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ClusterMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Metadata in a file: eight bytes that say what it is, the CRC32C of the rest, and the rest ({@link
 * MetadataCodec}). It is replaced as a whole, so that after a crash it is the old or the new one.
 */
final class MetadataFile {
  private static final byte[] MAGIC = "CAIRNMD1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = MAGIC.length + Integer.BYTES;

  private MetadataFile() {}

  static ClusterMetadata read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length < HEADER_BYTES
        || !Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)) {
      throw damaged(file, "it does not begin as such a file does");
    }
    byte[] content = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    if (ByteBuffer.wrap(bytes).getInt(MAGIC.length) != crc(content)) {
      throw damaged(file, "its checksum does not fit");
    }
    try {
      return MetadataCodec.decodeMetadata(content);
    } catch (MetadataFormatException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static IOException damaged(Path file, String how) {
    return new IOException(
        "the cluster metadata in "
            + file
            + " is damaged ("
            + how
            + "): restore the file from a backup of the data directory");
  }

  /** When it returns, the file is on the disk. */
  static void write(Path file, ClusterMetadata metadata) throws IOException {
    byte[] content = MetadataCodec.encode(metadata);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + content.length);
    bytes.put(MAGIC).putInt(crc(content)).put(content).flip();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(file.resolveSibling(""));
  }

  /** Forces a file that somebody else has written, and what makes it findable. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      forceDirectory(directory);
      forceDirectory(directory.resolve(".."));
    }
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
