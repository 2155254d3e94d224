/**
 * JMH benchmarks of the hot path, the raw libraries that they are compared with, and the check of
 * the budgets in {@code benchmarks/budgets.txt}.
 */
@NullMarked
package io.cairn.benchmarks;

import org.jspecify.annotations.NullMarked;
