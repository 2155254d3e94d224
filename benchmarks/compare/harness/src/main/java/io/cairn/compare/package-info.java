/** Runs the comparison: which work, in which order, and what it says at the end. */
@NullMarked
package io.cairn.compare;

import org.jspecify.annotations.NullMarked;
