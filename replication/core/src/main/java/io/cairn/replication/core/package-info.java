/**
 * The replication protocol: a pure, single-threaded state machine over the JDK alone. It has no
 * clock, no threads, no randomness and no IO of its own; time and the results of IO come in as
 * inputs, what is to be done goes out as effects.
 */
@NullMarked
package io.cairn.replication.core;

import org.jspecify.annotations.NullMarked;
