package io.cairn.benchmarks;

/**
 * Medians over the iterations of one benchmark.
 *
 * @param nanos time of one operation
 * @param bytes allocated by one operation, by all threads
 */
record Measurement(double nanos, double bytes) {}
