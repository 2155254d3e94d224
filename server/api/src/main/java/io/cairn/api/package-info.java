/** What both sides of the wire agree on besides the protos. */
@NullMarked
package io.cairn.api;

import org.jspecify.annotations.NullMarked;
