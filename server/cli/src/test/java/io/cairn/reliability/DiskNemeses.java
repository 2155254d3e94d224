package io.cairn.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What goes wrong with a disk: the data lies on a small file system of its own. */
final class DiskNemeses {
  private DiskNemeses() {}

  private static ClusterMember leaderOrAny(Stage stage) {
    return stage.random().nextBoolean()
        ? stage.cluster().any(stage.random())
        : stage.cluster().member(stage.cluster().awaitLeader(stage.anyShard()));
  }

  /** Again and again nothing is written for a while: whoever syncs waits. */
  static final class Slow implements Nemesis {
    @Override
    public void strike(Stage stage) throws IOException {
      ClusterMember member = leaderOrAny(stage);
      String disk = member.parent().toString();
      stage.tell(String.format("slow disk of node %d", member.nodeId()));
      for (int i = 0; i < 8; i++) {
        Shell.run("fsfreeze", "-f", disk);
        try {
          stage.pause(50, i == 4 ? 3_000 : 900);
        } finally {
          Shell.run("fsfreeze", "-u", disk);
        }
        stage.pause(10, 300);
      }
    }
  }

  /** Others fill the disk, and make room again. */
  static final class Full implements Nemesis {
    @Override
    public void strike(Stage stage) throws IOException {
      ClusterMember member = leaderOrAny(stage);
      Path disk = member.parent();
      Path ballast = disk.resolve("ballast");
      // One that is just starting refuses a full disk, and ends.
      stage
          .cluster()
          .await("answer of node " + member.nodeId(), 60, () -> member.describeOrNull() != null);
      stage.tell(String.format("full disk of node %d", member.nodeId()));
      try {
        Shell.run(
            "sh",
            "-c",
            "fallocate -l $(($(df --output=avail -B1 "
                + disk
                + " | tail -1) - 65536)) "
                + ballast
                + " || true; dd if=/dev/zero of="
                + ballast
                + "2 bs=4096 2>/dev/null || true");
        stage.pause(3_000, 8_000);
      } finally {
        Files.deleteIfExists(ballast);
        Files.deleteIfExists(disk.resolve("ballast2"));
        Shell.run("sync", "-f", disk.toString()); // or a power cut brings them back
      }
    }
  }

  /**
   * The power of all nodes fails at once: each comes back with what it had forced, and of the rest
   * with what the kernel happened to have written. The processes are stopped before the disks are
   * copied, so that none confirms anything that its copy is too old to hold.
   */
  static final class PowerCut implements Nemesis {
    @Override
    public void strike(Stage stage) throws Exception {
      FaultyCluster cluster = stage.cluster();
      stage.pause(2_000, 6_000); // new processes are slow: some load is to be under way
      stage.tell("power cut of all");
      for (ClusterMember member : cluster.members()) {
        member.pause();
      }
      stage.disks().keepAll();
      cluster.members().parallelStream().forEach(ClusterMember::killMinusNine);
      stage.disks().bringBackAll();
      stage.pause(0, 1_500);
      cluster.startAll();
      cluster.awaitInSync(90);
    }
  }
}
