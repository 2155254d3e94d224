@NullMarked
package io.cairn.compare.process;

import org.jspecify.annotations.NullMarked;
