@NullMarked
package io.cairn.compare.client;

import org.jspecify.annotations.NullMarked;
