package io.cairn.node.service;

import com.google.protobuf.UnsafeByteOperations;
import io.cairn.replication.core.Key;
import io.cairn.replication.core.PendingTail;
import io.cairn.storage.StoredRecord;
import io.cairn.v1.Value;
import org.jspecify.annotations.Nullable;

/**
 * Makes wire values of what the tail and the store hold, without copying: neither changes its
 * bytes.
 */
final class Lookup {

  private Lookup() {}

  static @Nullable Value valueOrNull(PendingTail.Entry entry) {
    if (entry.deleted()) {
      return null;
    }
    Key value = entry.value();
    return Value.newBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(value.array(), value.position(), value.length()))
        .setVersion(entry.offset())
        .setModifiedMillis(entry.modifiedMillis())
        .build();
  }

  static @Nullable Value valueOrNull(@Nullable StoredRecord record) {
    return record == null ? null : value(record);
  }

  static Value value(StoredRecord record) {
    return Value.newBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(record.value()))
        .setVersion(record.version())
        .setModifiedMillis(record.modifiedMillis())
        .build();
  }
}
