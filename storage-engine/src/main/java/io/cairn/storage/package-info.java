/**
 * The state of one shard replica, kept in an LSM tree. Knows keys, values and offsets; no epochs,
 * peers or network.
 */
@NullMarked
package io.cairn.storage;

import org.jspecify.annotations.NullMarked;
