/**
 * How the client finds a node to embed; implemented by the node, found by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package io.cairn.client.spi;

import org.jspecify.annotations.NullMarked;
