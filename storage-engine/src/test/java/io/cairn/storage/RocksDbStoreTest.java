package io.cairn.storage;

import static io.cairn.storage.StoreTesting.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract on RocksDB, and what only it has. */
class RocksDbStoreTest extends KeyValueStoreContract {
  private final StoreResources resources = StoreResources.open(StoreTesting.SMALL);

  @AfterEach
  void closeResources() {
    // Runs before the store is closed: an open store must outlive its resources.
    resources.close();
    resources.close();
    assertThat(store).isNotNull();
  }

  @Override
  KeyValueStore open() {
    return open(directory.resolve("store"));
  }

  private KeyValueStore open(Path path) {
    return RocksDbStore.open(path, StoreTesting.SMALL, resources);
  }

  @Override
  void crash(KeyValueStore running) {
    ((RocksDbStore) running).crash();
  }

  @Test
  void checkpointOpensAsAStore() {
    StoreTesting.apply(store, "a", "1", 0);
    Path copy = directory.resolve("copy");
    store.checkpoint(copy);
    StoreTesting.apply(store, "a", "2", 1);

    try (KeyValueStore opened = open(copy)) {
      assertThat(opened.appliedOffset()).isEqualTo(1);
      assertThat(opened.flushedOffset()).isEqualTo(1);
      assertThat(opened.get(bytes("a"))).extracting(StoredRecord::value).isEqualTo(bytes("1"));
    }
  }
}
