@NullMarked
package io.cairn.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
