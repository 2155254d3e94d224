/**
 * The load driver behind {@code cairn bench}: what is sent, when, what became of it, and a picture.
 */
@NullMarked
package io.cairn.cli.bench;

import org.jspecify.annotations.NullMarked;
