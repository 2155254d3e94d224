@NullMarked
package io.cairn.cli.bench;

import org.jspecify.annotations.NullMarked;
