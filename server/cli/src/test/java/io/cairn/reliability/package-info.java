/**
 * Drives a real node through kills, power cuts and failing disks, and checks every acknowledged
 * write afterwards. {@code server/cli/reliability} starts it; docs/testing.md tells how.
 */
@NullMarked
package io.cairn.reliability;

import org.jspecify.annotations.NullMarked;
