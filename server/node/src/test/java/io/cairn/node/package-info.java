@NullMarked
package io.cairn.node;

import org.jspecify.annotations.NullMarked;
