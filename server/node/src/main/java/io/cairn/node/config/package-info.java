/** What can be configured, where a value comes from, and what is allowed. */
@NullMarked
package io.cairn.node.config;

import org.jspecify.annotations.NullMarked;
