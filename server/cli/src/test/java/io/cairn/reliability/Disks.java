package io.cairn.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small file systems, one for each node, in image files; only root can have them. */
final class Disks implements AutoCloseable {
  private static final String SIZE = "400M";

  private final List<Path> mounts = new ArrayList<>();

  static boolean areAllowed() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Makes one more. */
  Path add(Path directory, int number) throws IOException {
    Path image = directory.resolve("disk-" + number + ".img");
    Path mount = Files.createDirectories(directory.resolve("disk-" + number));
    Shell.run("truncate", "-s", SIZE, image.toString());
    Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
    mounts.add(mount);
    return mount;
  }

  @Override
  public void close() throws IOException {
    for (Path mount : mounts) {
      Shell.run("umount", mount.toString());
    }
  }
}
