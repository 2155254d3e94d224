/** Processes on this machine, and what they use. */
@NullMarked
package io.cairn.compare.process;

import org.jspecify.annotations.NullMarked;
