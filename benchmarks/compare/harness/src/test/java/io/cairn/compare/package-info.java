@NullMarked
package io.cairn.compare;

import org.jspecify.annotations.NullMarked;
