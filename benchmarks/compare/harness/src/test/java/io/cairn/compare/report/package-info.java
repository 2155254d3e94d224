@NullMarked
package io.cairn.compare.report;

import org.jspecify.annotations.NullMarked;
