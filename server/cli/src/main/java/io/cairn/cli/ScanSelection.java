package io.cairn.cli;

import io.cairn.client.ConsistencyLevel;
import io.cairn.client.ScanOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code scan} and {@code keys} go over. */
final class ScanSelection {

  @Mixin RangeOptions range;

  @Option(names = "--limit", order = 4, paramLabel = "N", description = "End after N; 0 for all.")
  long limit;

  @Option(names = "--reverse", order = 5, description = "From the last key to the first.")
  boolean reverse;

  ScanOptions options(BytesOption bytes, ConsistencyLevel level) {
    if (limit < 0) {
      throw CliException.usage("--limit must be 0 (for all) or more, not " + limit + ".");
    }
    ScanOptions options = ScanOptions.in(range.range(bytes)).limit(limit).at(level);
    return reverse ? options.reversed() : options;
  }
}
