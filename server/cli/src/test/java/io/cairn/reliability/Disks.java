package io.cairn.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Small file systems, one for each node, in image files; only root can have them. The images lie on
 * an xfs that copies a file in one moment by sharing its blocks: such a copy is what the disk holds
 * when the power fails (see {@link PowerCuts}).
 */
final class Disks implements AutoCloseable {
  private static final String SIZE = "400M";
  private static final String STORE_SIZE = "8G";

  private final List<Path> mounts = new ArrayList<>();
  private @Nullable Path store;

  static boolean areAllowed() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Makes one more; they are numbered from 1. */
  Path add(Path directory) throws IOException {
    if (store == null) {
      store = mountStore(directory);
    }
    int number = mounts.size() + 1;
    Path image = image(number);
    Path mount = Files.createDirectories(directory.resolve("disk-" + number));
    Shell.run("truncate", "-s", SIZE, image.toString());
    Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
    mounts.add(mount);
    return mount;
  }

  private static Path mountStore(Path directory) throws IOException {
    Path image = directory.resolve("disks.img");
    Path mount = Files.createDirectories(directory.resolve("disks"));
    Shell.run("truncate", "-s", STORE_SIZE, image.toString());
    Shell.run("mkfs.xfs", "-q", "-m", "reflink=1", image.toString());
    Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
    return mount;
  }

  private Path image(int number) {
    if (store == null) {
      throw new IllegalStateException("there are no disks");
    }
    return store.resolve("disk-" + number + ".img");
  }

  private Path copy(int number) {
    return image(number).resolveSibling("copy-" + number + ".img");
  }

  /** Keeps what all of them hold now. Nobody may be confirming anything meanwhile. */
  void keepAll() throws IOException {
    for (int number = 1; number <= mounts.size(); number++) {
      Shell.run("cp", "--reflink=always", image(number).toString(), copy(number).toString());
    }
  }

  /** Has all of them hold what was kept; whatever came later never was. Nobody may use them. */
  void bringBackAll() throws IOException {
    for (int number = 1; number <= mounts.size(); number++) {
      String mount = mounts.get(number - 1).toString();
      Shell.run("umount", mount);
      Files.move(copy(number), image(number), StandardCopyOption.REPLACE_EXISTING);
      Shell.run("mount", "-o", "loop", image(number).toString(), mount);
    }
  }

  @Override
  public void close() throws IOException {
    List<Path> all = new ArrayList<>(mounts);
    Collections.reverse(all);
    if (store != null) {
      all.add(store);
    }
    String mounted = Files.readString(Path.of("/proc/mounts"));
    for (Path mount : all) {
      if (mounted.contains(" " + mount + " ")) {
        Shell.run("umount", mount.toString());
      }
    }
  }
}
