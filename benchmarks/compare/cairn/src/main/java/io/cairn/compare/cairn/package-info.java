/** Cairn through its own client, and gRPC with nothing behind it. */
@NullMarked
package io.cairn.compare.cairn;

import org.jspecify.annotations.NullMarked;
