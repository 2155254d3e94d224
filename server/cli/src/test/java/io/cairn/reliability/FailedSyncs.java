package io.cairn.reliability;

import io.cairn.reliability.Experiment.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From a random moment under load on, every fdatasync and fsync of the node fails (libfiu). The
 * node must acknowledge nothing that was sent after that, end by itself, and have all that it
 * acknowledged when it is started again.
 */
final class FailedSyncs {
  private static final int END_LIMIT_SECONDS = 60;

  private FailedSyncs() {}

  static Report run(Experiment experiment, int faults) throws Exception {
    Path data = experiment.directory().resolve("data");
    Path control = experiment.directory().resolve("fiu");
    Map<String, String> faultyJava = new HashMap<>(Experiment.ENVIRONMENT);
    faultyJava.put("JAVA_HOME", javaUnderLibfiu(experiment, control).toString());
    Report report = new Report();
    Ledger ledger = new Ledger(Experiment.KEYS);
    while (report.runs() < faults) {
      Writers writers;
      try (NodeProcess node =
          NodeProcess.start(experiment.cairn(), data, experiment.nodeLog(), faultyJava)) {
        node.awaitServing();
        writers = Writers.start(ledger, node.channel(), experiment.random());
        experiment.load(writers);
        failSyncs(control, node.pid());
        writers.faultInForce();
        if (!node.awaitEnd(END_LIMIT_SECONDS)) {
          throw new IllegalStateException(
              "the node still runs " + END_LIMIT_SECONDS + " s after its syncs fail");
        }
        writers.stop();
      }
      try (NodeProcess node =
          NodeProcess.start(
              experiment.cairn(), data, experiment.nodeLog(), Experiment.ENVIRONMENT)) {
        node.awaitServing();
        List<String> complaints = Check.andSettle(ledger, node.channel());
        node.stop();
        report.add(writers.acknowledged(), complaints);
        report.addWronglyAcknowledged(writers.acknowledgedAfterFault());
        experiment.print(report.runs(), writers, complaints);
      }
    }
    return report;
  }

  private static void failSyncs(Path control, long pid) throws Exception {
    Shell.run(
        "fiu-ctrl",
        "-f",
        control.toString(),
        "-c",
        "enable name=posix/io/sync/fdatasync,failinfo=5",
        "-c",
        "enable name=posix/io/sync/fsync,failinfo=5",
        Long.toString(pid));
  }

  /**
   * A Java home whose java loads libfiu. Only Java gets it, not the shell that looks for it: both
   * have the same process id, and so would have the same control files.
   */
  private static Path javaUnderLibfiu(Experiment experiment, Path control) throws IOException {
    Path home = experiment.directory().resolve("java");
    Path realHome = Path.of(System.getProperty("java.home"));
    Path java = home.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.copy(realHome.resolve("release"), home.resolve("release"));
    Files.writeString(
        java,
        String.join(
            "\n",
            "#!/bin/sh",
            "LD_PRELOAD='/usr/lib/fiu/fiu_run_preload.so /usr/lib/fiu/fiu_posix_preload.so'",
            "FIU_CTRL_FIFO='" + control + "'",
            "export LD_PRELOAD FIU_CTRL_FIFO",
            "exec '" + realHome.resolve("bin/java") + "' \"$@\"",
            ""));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }
}
