package io.cairn.storage;

/**
 * How large the store is.
 *
 * @param diskBytes bytes of its files
 * @param memoryBytes bytes of its write buffers
 * @param estimatedKeys how many keys there are, about
 * @param runningCompactions compactions under way
 * @param writesStopped whether the store refuses writes until a flush or compaction catches up
 * @param backgroundErrors failed flushes and compactions since it was opened
 */
public record StoreStatistics(
    long diskBytes,
    long memoryBytes,
    long estimatedKeys,
    long runningCompactions,
    boolean writesStopped,
    long backgroundErrors) {}
