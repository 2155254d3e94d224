/**
 * A replica's log on Chronicle Queue. The library appends; order, durability, recovery and reading
 * are this package's own. The format is told in docs/log-format.md.
 */
@NullMarked
package io.cairn.replication.journal;

import org.jspecify.annotations.NullMarked;
