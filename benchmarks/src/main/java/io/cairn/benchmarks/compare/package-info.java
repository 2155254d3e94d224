/** Compares what JMH measured of two commits. */
@NullMarked
package io.cairn.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
