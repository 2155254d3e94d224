package io.cairn.storage;

import static io.cairn.storage.StoreTesting.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What is serialized in Java must be what RocksDB itself would write. */
class RocksDbBatchTest {
  private static final int META_FAMILY = 1;

  @Test
  void isWhatRocksDbWrites() throws RocksDBException {
    NativeLibrary.load();
    byte[] longKey = new byte[300];
    byte[] longValue = new byte[20_000];
    try (RocksDbBatch batch = new RocksDbBatch();
        WriteBatch expected = new WriteBatch()) {
      StoreTesting.put(batch, bytes("k"), bytes("v"), 5, 6, 0);
      expected.put(
          stored("k"), new byte[] {1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 'v'});
      StoreTesting.put(batch, bytes("l"), new byte[0], -1, 258, 7);
      byte[] expiring = new byte[26];
      expiring[0] = 1;
      expiring[1] = 1;
      Arrays.fill(expiring, 2, 10, (byte) 0xff);
      expiring[10] = 2;
      expiring[11] = 1;
      expiring[18] = 7;
      expected.put(stored("l"), expiring);
      StoreTesting.put(batch, longKey, longValue, 0, 0, 0);
      byte[] storedLongKey = new byte[301];
      storedLongKey[0] = 1;
      byte[] storedLongValue = new byte[20_018];
      storedLongValue[0] = 1;
      expected.put(storedLongKey, storedLongValue);
      StoreTesting.delete(batch, bytes("d"));
      expected.delete(stored("d"));
      StoreTesting.deleteRange(batch, bytes("a"), bytes("c"));
      expected.deleteRange(stored("a"), stored("c"));
      StoreTesting.deleteRange(batch, new byte[0], new byte[0]);
      expected.deleteRange(new byte[] {1}, new byte[] {2});

      byte[] ours = batch.seal(META_FAMILY, 0x0102030405060708L);

      byte[] theirs = expected.data();
      byte[] offset = {
        5, META_FAMILY, 7, 'a', 'p', 'p', 'l', 'i', 'e', 'd', 8, 8, 7, 6, 5, 4, 3, 2, 1
      };
      theirs[8]++; // the offset is one record more
      assertThat(Arrays.copyOf(ours, theirs.length)).isEqualTo(theirs);
      int end = theirs.length + offset.length;
      assertThat(Arrays.copyOfRange(ours, theirs.length, end)).isEqualTo(offset);
      assertThat(ours[end]).as("the rest is log data").isEqualTo((byte) 3);
      try (WriteBatch parsed = new WriteBatch(ours)) {
        assertThat(parsed.count()).isEqualTo(7);
      }
    }
  }

  private static byte[] stored(String key) {
    return bytes((char) 1 + key);
  }

  @Test
  void padsToAnySize() throws RocksDBException {
    NativeLibrary.load();
    for (int length = 150; length < 300; length++) {
      try (RocksDbBatch batch = new RocksDbBatch()) {
        StoreTesting.put(batch, bytes("k"), new byte[length], 1);
        PaddingReader reader = new PaddingReader();
        try (WriteBatch parsed = new WriteBatch(batch.seal(META_FAMILY, 1))) {
          parsed.iterate(reader);
        }
        assertThat(reader.paddings).isEqualTo(1);
      }
    }
  }

  @Test
  void aSmallBatchAfterALargeOneIsSmallAgain() {
    try (RocksDbBatch batch = new RocksDbBatch()) {
      StoreTesting.put(batch, bytes("k"), new byte[100_000], 1);
      assertThat(batch.seal(META_FAMILY, 1)).hasSize(1 << 17);
      batch.clear();
      StoreTesting.put(batch, bytes("k"), new byte[10], 1);
      assertThat(batch.seal(META_FAMILY, 1)).hasSize(256);
    }
  }

  private static final class PaddingReader extends WriteBatch.Handler {
    int paddings;

    @Override
    public void logData(byte[] blob) {
      paddings++;
    }

    @Override
    public void put(int family, byte[] key, byte[] value) {}

    @Override
    public void put(byte[] key, byte[] value) {}

    @Override
    public void merge(int family, byte[] key, byte[] value) {}

    @Override
    public void merge(byte[] key, byte[] value) {}

    @Override
    public void delete(int family, byte[] key) {}

    @Override
    public void delete(byte[] key) {}

    @Override
    public void singleDelete(int family, byte[] key) {}

    @Override
    public void singleDelete(byte[] key) {}

    @Override
    public void deleteRange(int family, byte[] start, byte[] end) {}

    @Override
    public void deleteRange(byte[] start, byte[] end) {}

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) {}

    @Override
    public void markBeginPrepare() {}

    @Override
    public void markEndPrepare(byte[] xid) {}

    @Override
    public void markNoop(boolean emptyBatch) {}

    @Override
    public void markRollback(byte[] xid) {}

    @Override
    public void markCommit(byte[] xid) {}

    @Override
    public void markCommitWithTimestamp(byte[] xid, byte[] timestamp) {}
  }
}
