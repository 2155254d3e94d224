/** What runs in a client's process: the load, and what a store's client must do for it. */
@NullMarked
package io.cairn.compare.client;

import org.jspecify.annotations.NullMarked;
