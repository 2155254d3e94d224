@NullMarked
package io.cairn.node.metrics;

import org.jspecify.annotations.NullMarked;
