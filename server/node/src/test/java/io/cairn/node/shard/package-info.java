@NullMarked
package io.cairn.node.shard;

import org.jspecify.annotations.NullMarked;
