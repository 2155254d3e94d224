/** Holds README.md and docs to what they say. */
@NullMarked
package io.cairn.docs;

import org.jspecify.annotations.NullMarked;
