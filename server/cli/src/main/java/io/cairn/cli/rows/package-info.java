/** Rows of keys and values as lines of a file: TSV, JSON Lines, plain lines. */
@NullMarked
package io.cairn.cli.rows;

import org.jspecify.annotations.NullMarked;
