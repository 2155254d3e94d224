/** Redis through Lettuce. */
@NullMarked
package io.cairn.compare.redis;

import org.jspecify.annotations.NullMarked;
