@NullMarked
package io.cairn.cli.rows;

import org.jspecify.annotations.NullMarked;
