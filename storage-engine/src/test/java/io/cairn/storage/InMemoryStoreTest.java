package io.cairn.storage;

/** The contract on the twin. */
class InMemoryStoreTest extends KeyValueStoreContract {
  private final InMemoryStore.Disk disk = new InMemoryStore.Disk();

  @Override
  KeyValueStore open() {
    return new InMemoryStore(disk);
  }

  @Override
  void crash(KeyValueStore running) {
    ((InMemoryStore) running).crash();
  }
}
