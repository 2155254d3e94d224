/** Tests of the store, and a store in memory for tests of what is built on it. */
@NullMarked
package io.cairn.storage;

import org.jspecify.annotations.NullMarked;
