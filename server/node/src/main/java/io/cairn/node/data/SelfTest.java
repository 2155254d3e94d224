package io.cairn.node.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tries at start what the node relies on, so that what is wrong is said before data is at stake.
 */
public final class SelfTest {
  private static final int PROBE_BYTES = 8192;
  private static final Set<String> COPY_ON_WRITE = Set.of("btrfs", "zfs", "bcachefs");
  private static final Set<String> NETWORK =
      Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs");
  private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");

  private SelfTest() {}

  /**
   * @return sentences about what the user should know; empty when all is well
   * @throws NodeStartException when the node could not keep its promises here
   */
  public static List<String> run(Path directory, long reserveBytes) {
    checkWriteForceRead(directory);
    List<String> warnings = new ArrayList<>();
    try {
      FileStore fileStore = Files.getFileStore(directory);
      String kind = fileSystemWarning(fileStore.type());
      if (!kind.isEmpty()) {
        warnings.add("The data directory " + directory + " lies on " + kind);
      }
      long usable = fileStore.getUsableSpace();
      if (usable < reserveBytes) {
        warnings.add(
            "Only "
                + (usable >> 20)
                + " MiB are free at "
                + directory
                + ", less than log.disk-reserve for all shards ("
                + (reserveBytes >> 20)
                + " MiB): puts are refused until space is freed.");
      }
    } catch (IOException failed) {
      throw new NodeStartException(
          "The file system of " + directory + " cannot be asked: " + DataDirectory.describe(failed),
          failed);
    }
    return warnings;
  }

  private static void checkWriteForceRead(Path directory) {
    Path probe = directory.resolve("self-test.tmp");
    byte[] written = new byte[PROBE_BYTES];
    for (int i = 0; i < written.length; i++) {
      written[i] = (byte) (i * 31 + 7);
    }
    try {
      try (FileChannel channel =
          FileChannel.open(
              probe,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(written);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      boolean same = Arrays.equals(written, Files.readAllBytes(probe));
      Files.delete(probe);
      if (!same) {
        throw new NodeStartException(
            "The disk under " + directory + " does not give back what was written to it.");
      }
    } catch (IOException failed) {
      throw new NodeStartException(
          "The data directory "
              + directory
              + " cannot be written, synced and read back: "
              + DataDirectory.describe(failed)
              + ".",
          failed);
    }
  }

  static String fileSystemWarning(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    if (COPY_ON_WRITE.contains(name)) {
      return name
          + ", which copies on write: space that the log filled ahead is not reserved there, and a"
          + " full disk can stop the node.";
    }
    if (NETWORK.contains(name)) {
      return name + ", a network file system: a sync may not reach a disk there.";
    }
    if (MEMORY.contains(name)) {
      return name + ", which is memory: a power cut or restart of the machine loses everything.";
    }
    return "";
  }
}
