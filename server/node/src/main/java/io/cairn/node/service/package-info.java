/**
 * The gRPC services: what a request goes through before a shard sees it, and how it is answered.
 */
@NullMarked
package io.cairn.node.service;

import org.jspecify.annotations.NullMarked;
