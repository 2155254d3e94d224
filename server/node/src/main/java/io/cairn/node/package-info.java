/** A node: where configuration, data directory, shards and services come together. */
@NullMarked
package io.cairn.node;

import org.jspecify.annotations.NullMarked;
