package io.cairn.replication.core.metadata;

import java.util.Comparator;

/**
 * How far a replica's durable log reached when it was last asked: only a preference among replicas
 * each of which may lead, so it may be old or missing.
 *
 * @param lastEpoch of the log's last record
 * @param durableEndOffset of the log
 */
public record LogEnd(int shard, int nodeId, long lastEpoch, long durableEndOffset) {
  static final Comparator<LogEnd> SHORTEST_FIRST =
      Comparator.comparingLong(LogEnd::lastEpoch).thenComparingLong(LogEnd::durableEndOffset);
}
