package io.cairn.cli;

import io.cairn.cli.bench.ClientTarget;
import io.cairn.cli.bench.KeyOrder;
import io.cairn.cli.bench.KeySpace;
import io.cairn.cli.bench.Mix;
import io.cairn.cli.bench.OperationKind;
import io.cairn.cli.bench.SizeRange;
import io.cairn.cli.bench.ValueSource;
import io.cairn.cli.bench.Workload;
import io.cairn.client.ConsistencyLevel;
import io.cairn.v1.Limits;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which operations a benchmark sends, on which keys and values. */
final class BenchDataOptions {

  private static final int USUAL_KEY_BYTES = 24;
  private static final long MAX_KEYS = 1_000_000_000;
  private static final int MAX_SCAN_LENGTH = 10_000;

  @Option(
      names = "--mix",
      order = 10,
      paramLabel = "KIND=PERCENT[,...]",
      defaultValue = "get=95,put=5",
      description =
          "Kinds are get, put, delete and scan; get@eventual=50 has a level of its own. Default:"
              + " get=95,put=5.")
  String mix;

  @Option(
      names = "--scan-length",
      order = 11,
      paramLabel = "N",
      defaultValue = "100",
      description = "Entries that a scan reads. Default: 100.")
  int scanLength;

  @Option(
      names = "--keys",
      order = 12,
      paramLabel = "uniform|zipfian|latest|sequential",
      defaultValue = "uniform",
      description =
          "Which keys: each as often as the other (default), few very often, those put last, one after"
              + " the other.")
  KeyOrder keys;

  @Option(
      names = "--key-count",
      order = 13,
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many keys. Default: 100000.")
  long keyCount;

  @Option(
      names = "--key-size",
      order = 14,
      paramLabel = "SIZE",
      description = "Bytes of a key, prefix included. Default: 24, more for a long prefix.")
  @Nullable String keySize;

  @Option(
      names = "--value-size",
      order = 15,
      paramLabel = "SIZE[-SIZE]",
      defaultValue = "128",
      description = "Bytes of a value: 128 (default), 4KiB, or between two: 64-1024.")
  String valueSize;

  @Option(
      names = "--prefix",
      order = 16,
      paramLabel = "TEXT",
      defaultValue = "cairn-bench/",
      description = "All keys begin with it; no others are touched. Default: cairn-bench/.")
  String prefix;

  @Option(
      names = "--seed",
      order = 17,
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed draws the same operations. Default: 1.")
  long seed;

  /** Refuses what no node could take; what this one takes is looked at in {@link #checkLimits}. */
  void check(ConsistencyLevel level) {
    OptionRange.check("--scan-length", scanLength, 1, MAX_SCAN_LENGTH);
    OptionRange.check("--key-count", keyCount, 1, MAX_KEYS);
    if (prefix.isEmpty()) {
      throw CliException.usage("--prefix is empty: it keeps the benchmark away from other keys.");
    }
    keySpace();
    valueSizes();
    mix(level);
  }

  private byte[] prefixBytes() {
    return new BytesOption().parse("--prefix", prefix);
  }

  KeySpace keySpace() {
    byte[] bytes = prefixBytes();
    int smallest = KeySpace.smallestKeyBytes(bytes, keyCount);
    int size = keySize == null ? Math.max(USUAL_KEY_BYTES, smallest) : keyBytes(keySize);
    if (size < smallest) {
      throw CliException.usage(
          "--key-size %d is too small: the prefix and the numbers of %s keys take %d bytes."
              .formatted(size, Units.count(keyCount), smallest));
    }
    return new KeySpace(bytes, keyCount, size);
  }

  private static int keyBytes(String text) {
    SizeRange size = sizes("--key-size", text);
    if (size.min() != size.max()) {
      throw CliException.usage("--key-size is one size: all keys of a benchmark are as long.");
    }
    return size.min();
  }

  SizeRange valueSizes() {
    return sizes("--value-size", valueSize);
  }

  private static SizeRange sizes(String option, String text) {
    try {
      return SizeRange.parse(text);
    } catch (IllegalArgumentException e) {
      throw CliException.usage(option + ": " + e.getMessage() + ".");
    }
  }

  Mix mix(ConsistencyLevel level) {
    try {
      return Mix.parse(mix, level);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--mix: " + e.getMessage());
    }
  }

  /** Refuses keys and values that the node would refuse. */
  void checkLimits(Limits limits) {
    checkLimit("--key-size", keySpace().keyBytes(), "limits.max-key", limits.getMaxKeyBytes());
    checkLimit("--value-size", valueSizes().max(), "limits.max-value", limits.getMaxValueBytes());
  }

  private static void checkLimit(String option, int bytes, String setting, int limit) {
    if (bytes > limit) {
      throw CliException.usage(
          "%s %s is beyond the node's limit of %s (%s)."
              .formatted(option, Units.bytes(bytes), Units.bytes(limit), setting));
    }
  }

  /** Bytes that the keys and values of operations under way are together, at most. */
  long bytesUnderWay(ConsistencyLevel level, int inFlight) {
    long entryBytes = keySpace().keyBytes() + (long) valueSizes().max();
    int scans = mix(level).has(OperationKind.SCAN) ? Math.min(inFlight, ClientTarget.MAX_SCANS) : 0;
    return (inFlight + (long) scans * scanLength) * entryBytes;
  }

  Workload workload(ConsistencyLevel level) {
    return new Workload(mix(level), keySpace(), keys, new ValueSource(valueSizes(), seed), seed);
  }

  /** For the heading of the report. */
  String describe(ConsistencyLevel level) {
    Mix parsed = mix(level);
    String scans = parsed.has(OperationKind.SCAN) ? ", scans of " + Units.count(scanLength) : "";
    return "%s%s; %s keys of %d bytes, %s; values of %s bytes; seed %d"
        .formatted(
            mix,
            scans,
            Units.count(keyCount),
            keySpace().keyBytes(),
            keys.name().toLowerCase(Locale.ROOT),
            valueSizes(),
            seed);
  }
}
