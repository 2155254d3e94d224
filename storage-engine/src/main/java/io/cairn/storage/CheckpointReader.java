package io.cairn.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Reads what a checkpoint holds, which also shows that it can be opened. */
final class CheckpointReader {

  private CheckpointReader() {}

  static long appliedOffset(Path directory) throws RocksDBException, IOException {
    List<ColumnFamilyDescriptor> families =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
            new ColumnFamilyDescriptor(StoreFormat.META_FAMILY.getBytes(StandardCharsets.UTF_8)));
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB copy = RocksDB.openReadOnly(options, directory.toString(), families, handles)) {
      try {
        byte[] value = copy.get(handles.get(1), StoreFormat.APPLIED_KEY);
        return value == null ? 0 : (long) StoredValue.LONG.get(value, 0);
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    } finally {
      families.forEach(family -> family.getOptions().close());
      deleteInfoLogs(directory);
    }
  }

  /** RocksDB writes one even when it only reads; it is no part of the copy. */
  private static void deleteInfoLogs(Path directory) throws IOException {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "LOG*")) {
      for (Path log : logs) {
        Files.delete(log);
      }
    }
  }
}
