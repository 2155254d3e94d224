@NullMarked
package io.cairn.node.config;

import org.jspecify.annotations.NullMarked;
