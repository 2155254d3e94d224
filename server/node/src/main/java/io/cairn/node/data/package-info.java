/** The node's data directory: who may use it, what it is, and whether it can be trusted. */
@NullMarked
package io.cairn.node.data;

import org.jspecify.annotations.NullMarked;
