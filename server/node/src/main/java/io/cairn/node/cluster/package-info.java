/** How the nodes of a cluster find, hear and replace each other. */
@NullMarked
package io.cairn.node.cluster;

import org.jspecify.annotations.NullMarked;
