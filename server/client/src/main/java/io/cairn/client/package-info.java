/** The Java client: DistributedKVStore for most programs, CairnClient for bytes. */
@NullMarked
package io.cairn.client;

import org.jspecify.annotations.NullMarked;
