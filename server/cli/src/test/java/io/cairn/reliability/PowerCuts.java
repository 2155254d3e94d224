package io.cairn.reliability;

import io.cairn.reliability.Experiment.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Power cuts. The node's data lies on a file system in an image file, which itself lies on an xfs
 * that can copy a file in one moment by sharing its blocks. Such a copy, taken at a random moment
 * under load, is what the disk would hold if the power failed then: all that the node forced, and
 * of the rest only what the kernel had written by chance. The copy is mounted and a second node is
 * started on it.
 *
 * <p>Needs root, loop devices and mkfs for both file systems.
 */
final class PowerCuts implements AutoCloseable {
  private static final String IMAGE_SIZE = "1500M";
  private static final String STORE_SIZE = "8G";

  private final Experiment experiment;
  private final String fileSystem;
  private final Path store;
  private final Path image;
  private final Path disk;
  private final Path copy;
  private final Path copyDisk;

  private PowerCuts(Experiment experiment, String fileSystem) {
    this.experiment = experiment;
    this.fileSystem = fileSystem;
    this.store = experiment.directory().resolve("store");
    this.image = store.resolve("disk.img");
    this.disk = experiment.directory().resolve("disk");
    this.copy = store.resolve("copy.img");
    this.copyDisk = experiment.directory().resolve("copy");
  }

  /**
   * @param fileSystem ext4 or xfs
   */
  static Report run(Experiment experiment, String fileSystem, int cuts) throws Exception {
    try (PowerCuts powerCuts = new PowerCuts(experiment, fileSystem)) {
      powerCuts.prepare();
      return powerCuts.run(cuts);
    }
  }

  private void prepare() throws Exception {
    for (Path directory : List.of(store, disk, copyDisk)) {
      Files.createDirectories(directory);
    }
    Path storeImage = experiment.directory().resolve("store.img");
    Shell.run("truncate", "-s", STORE_SIZE, storeImage.toString());
    Shell.run("mkfs.xfs", "-q", "-m", "reflink=1", storeImage.toString());
    Shell.run("mount", "-o", "loop", storeImage.toString(), store.toString());
    Shell.run("truncate", "-s", IMAGE_SIZE, image.toString());
    if (fileSystem.equals("ext4")) {
      Shell.run("mkfs.ext4", "-q", "-F", image.toString());
    } else {
      Shell.run("mkfs.xfs", "-q", image.toString());
    }
    Shell.run("mount", "-o", "loop", image.toString(), disk.toString());
  }

  private Report run(int cuts) throws Exception {
    Report report = new Report();
    Ledger ledger = new Ledger(Experiment.KEYS);
    while (report.runs() < cuts) {
      try (NodeProcess node = start(disk, "node.log")) {
        node.awaitServing();
        report.addCheck(Check.andSettle(ledger, node.channel()));
        for (int i = 0; i < 20 && report.runs() < cuts; i++) {
          cutAndCheck(node, ledger, report);
        }
      }
    }
    return report;
  }

  private void cutAndCheck(NodeProcess node, Ledger ledger, Report report) throws Exception {
    Writers writers = Writers.start(ledger, node.channel(), experiment.random());
    experiment.load(writers);
    long[] acknowledged = ledger.acknowledgedNow();
    Shell.run("cp", "--reflink=always", image.toString(), copy.toString());
    long[] attempted = ledger.attemptedNow();
    writers.stop();
    if (!writers.errors().isEmpty()) {
      throw new IllegalStateException("writes failed without a fault: " + writers.errors());
    }

    Shell.run(
        "mount",
        "-o",
        fileSystem.equals("xfs") ? "loop,nouuid" : "loop",
        copy.toString(),
        copyDisk.toString());
    try {
      try (NodeProcess after = start(copyDisk, "copy.log")) {
        after.awaitServing();
        List<String> complaints = Check.ofCopy(ledger, after.channel(), acknowledged, attempted);
        report.add(writers.acknowledged(), complaints);
        experiment.print(report.runs(), writers, complaints);
      }
    } finally {
      Shell.run("umount", copyDisk.toString());
      Files.delete(copy);
    }
  }

  private NodeProcess start(Path mountPoint, String logName) throws Exception {
    return NodeProcess.start(
        experiment.cairn(),
        mountPoint.resolve("data"),
        experiment.directory().resolve(logName),
        Experiment.ENVIRONMENT);
  }

  @Override
  public void close() throws IOException {
    String mounts = Files.readString(Path.of("/proc/mounts"));
    for (Path mountPoint : List.of(copyDisk, disk, store)) {
      if (mounts.contains(" " + mountPoint + " ")) {
        Shell.run("umount", mountPoint.toString());
      }
    }
  }
}
