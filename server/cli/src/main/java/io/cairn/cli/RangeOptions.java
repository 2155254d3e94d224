package io.cairn.cli;

import io.cairn.client.KeyRange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which keys a command goes over. */
final class RangeOptions {

  @Option(
      names = "--prefix",
      order = 1,
      paramLabel = "KEY",
      description = "Only keys that begin with it.")
  @Nullable String prefix;

  @Option(
      names = "--from",
      order = 2,
      paramLabel = "KEY",
      description = "Only keys from this one on, itself included.")
  @Nullable String from;

  @Option(names = "--to", order = 3, paramLabel = "KEY", description = "Only keys before this one.")
  @Nullable String to;

  boolean isEverything() {
    return prefix == null && from == null && to == null;
  }

  /** For what cannot be undone: an empty variable in a script would otherwise mean every key. */
  void refuseEmpty() {
    refuseEmpty("--prefix", prefix);
    refuseEmpty("--from", from);
    refuseEmpty("--to", to);
  }

  private static void refuseEmpty(String option, @Nullable String key) {
    if (key != null && key.isEmpty()) {
      throw CliException.usage(option + " is empty; leave it out if every key is meant.");
    }
  }

  /** The range that the options name. */
  KeyRange range(BytesOption bytes) {
    if (prefix != null && (from != null || to != null)) {
      throw CliException.usage("--prefix excludes --from and --to; give one or the other.");
    }
    if (prefix != null) {
      return KeyRange.prefix(bytes.parse("--prefix", prefix));
    }
    byte[] start = from == null ? new byte[0] : bytes.parse("--from", from);
    byte[] end = to == null ? new byte[0] : bytes.parse("--to", to);
    return isEverything() ? KeyRange.all() : KeyRange.between(start, end);
  }
}
