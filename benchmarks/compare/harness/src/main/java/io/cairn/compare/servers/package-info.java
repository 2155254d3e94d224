/** How the servers of each store are started. */
@NullMarked
package io.cairn.compare.servers;

import org.jspecify.annotations.NullMarked;
