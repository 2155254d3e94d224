/** The threads around one shard's replica, its log and its store. */
@NullMarked
package io.cairn.node.shard;

import org.jspecify.annotations.NullMarked;
