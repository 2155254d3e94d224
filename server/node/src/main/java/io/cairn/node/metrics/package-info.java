/** What the node measures about itself, and where it can be read. */
@NullMarked
package io.cairn.node.metrics;

import org.jspecify.annotations.NullMarked;
