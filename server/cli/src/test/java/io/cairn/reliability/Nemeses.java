package io.cairn.reliability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All nemeses by their names. */
final class Nemeses {
  private static final List<String> OF_THE_DISK = List.of("slow-disk", "full-disk", "power-cut");
  private static final Map<String, Supplier<Nemesis>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("kill-leader", KillNemeses.Leader::new);
    ALL.put("kill-follower", KillNemeses.Follower::new);
    ALL.put("kill-controller", KillNemeses.Controller::new);
    ALL.put("kill-all", KillNemeses.All::new);
    ALL.put("pause", KillNemeses.Pause::new);
    ALL.put("isolation", NetworkNemeses.Isolation::new);
    ALL.put("one-way", NetworkNemeses.OneWay::new);
    ALL.put("pair", NetworkNemeses.Pair::new);
    ALL.put("cut", NetworkNemeses.Cut::new);
    ALL.put("delay", NetworkNemeses.Delay::new);
    ALL.put("slow-disk", DiskNemeses.Slow::new);
    ALL.put("full-disk", DiskNemeses.Full::new);
    ALL.put("power-cut", DiskNemeses.PowerCut::new);
    ALL.put("wiped-directory", KillNemeses.WipedDirectory::new);
    ALL.put("transfer", OperatorNemeses.Transfer::new);
    ALL.put("read-lease", OperatorNemeses.Lease::new);
    ALL.put("rolling-restart", KillNemeses.RollingRestart::new);
    ALL.put("membership", OperatorNemeses.Membership::new);
  }

  private Nemeses() {}

  /** All that are possible here. */
  static List<String> possible() {
    List<String> names = new ArrayList<>(ALL.keySet());
    if (!Disks.areAllowed()) {
      names.removeAll(OF_THE_DISK);
    }
    return names;
  }

  static boolean needDisks(List<String> names) {
    return names.stream().anyMatch(OF_THE_DISK::contains);
  }

  static Nemesis named(String name) {
    Supplier<Nemesis> nemesis = ALL.get(name);
    if (nemesis == null) {
      throw new IllegalArgumentException(
          "there is no nemesis " + name + "; there are " + String.join(", ", ALL.keySet()));
    }
    return nemesis.get();
  }
}
