@NullMarked
package io.cairn.node.data;

import org.jspecify.annotations.NullMarked;
