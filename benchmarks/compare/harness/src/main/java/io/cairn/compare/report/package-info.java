/** From samples to tables and pictures. */
@NullMarked
package io.cairn.compare.report;

import org.jspecify.annotations.NullMarked;
