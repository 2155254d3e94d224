@NullMarked
package io.cairn.benchmarks.ycsb;

import org.jspecify.annotations.NullMarked;
