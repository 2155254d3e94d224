/** etcd through jetcd. */
@NullMarked
package io.cairn.compare.etcd;

import org.jspecify.annotations.NullMarked;
