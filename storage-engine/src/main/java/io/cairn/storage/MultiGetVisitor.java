package io.cairn.storage;

import org.jspecify.annotations.Nullable;

/** Takes what {@link KeyValueStore#multiGet(java.util.List, MultiGetVisitor)} finds. */
@FunctionalInterface
public interface MultiGetVisitor {

  /**
   * @param index of the key in the list
   * @param record null when the key is absent
   * @return false when no more keys are to be read
   */
  boolean visit(int index, @Nullable StoredRecord record);
}
