package io.cairn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.storage.StoreException.Category;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The table from RocksDB's errors to ours. */
class StoreErrorsTest {

  @Test
  void mapsEachCodeToWhatToDo() {
    assertThat(category(Status.Code.Corruption, Status.SubCode.None))
        .isEqualTo(Category.CORRUPTION);
    assertThat(category(Status.Code.IOError, Status.SubCode.NoSpace)).isEqualTo(Category.NO_SPACE);
    assertThat(category(Status.Code.IOError, Status.SubCode.None)).isEqualTo(Category.FAILED);
    for (Status.Code code :
        new Status.Code[] {
          Status.Code.Busy, Status.Code.Incomplete, Status.Code.TryAgain, Status.Code.TimedOut
        }) {
      assertThat(category(code, Status.SubCode.None)).as("%s", code).isEqualTo(Category.BUSY);
    }
    assertThat(category(Status.Code.InvalidArgument, Status.SubCode.None))
        .isEqualTo(Category.FAILED);
    assertThat(StoreErrors.category(new RocksDBException("no status"))).isEqualTo(Category.FAILED);
  }

  private static Category category(Status.Code code, Status.SubCode subCode) {
    return StoreErrors.category(new RocksDBException("x", new Status(code, subCode, "state")));
  }

  @Test
  void saysWhereWhatAndWhatToDo() {
    RocksDBException cause =
        new RocksDBException(
            "No space left", new Status(Status.Code.IOError, Status.SubCode.NoSpace, "x"));
    assertThat(new StoreErrors("store /data").of("apply", cause))
        .hasMessage(
            "store /data: apply failed: No space left; free disk space, it goes on by itself")
        .hasCause(cause);
  }
}
