/**
 * Cairn as a database of YCSB, the Yahoo! Cloud Serving Benchmark, its workloads A to F, and what
 * runs them and prints the result.
 */
@NullMarked
package io.cairn.benchmarks.ycsb;

import org.jspecify.annotations.NullMarked;
