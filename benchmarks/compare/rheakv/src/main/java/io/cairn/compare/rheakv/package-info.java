/** RheaKV: a store of it as a process, and its own client. */
@NullMarked
package io.cairn.compare.rheakv;

import org.jspecify.annotations.NullMarked;
