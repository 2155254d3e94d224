package io.cairn.storage;

import io.cairn.storage.StoreException.Category;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns RocksDB's errors into ours. */
final class StoreErrors {
  private final String place;

  /**
   * @param place what the messages begin with
   */
  StoreErrors(String place) {
    this.place = place;
  }

  StoreException of(String action, RocksDBException e) {
    return new StoreException(
        category(e), place + ": " + action + " failed: " + e.getMessage() + advice(e), e);
  }

  StoreException corruption(String what) {
    return new StoreException(Category.CORRUPTION, place + ": " + what);
  }

  static Category category(RocksDBException e) {
    Status status = e.getStatus();
    if (status == null) {
      return Category.FAILED;
    }
    return switch (status.getCode()) {
      case Corruption -> Category.CORRUPTION;
      case Busy, Incomplete, TryAgain, TimedOut -> Category.BUSY;
      default ->
          status.getSubCode() == Status.SubCode.NoSpace ? Category.NO_SPACE : Category.FAILED;
    };
  }

  static boolean isIncomplete(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete;
  }

  private static String advice(RocksDBException e) {
    return switch (category(e)) {
      case CORRUPTION -> "; the data is damaged, rebuild the replica";
      case NO_SPACE -> "; free disk space, it goes on by itself";
      case BUSY -> "; try again";
      case FAILED -> "";
    };
  }
}
