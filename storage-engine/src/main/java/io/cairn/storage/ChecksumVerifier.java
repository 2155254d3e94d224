package io.cairn.storage;

import io.cairn.storage.StoreException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/**
 * Reads a store's files again, one by one and past every cache, and checks the checksum of every
 * block. The store is entered for one file at a time, so closing it need not wait for all.
 */
final class ChecksumVerifier {
  private final RocksHandles handles;

  ChecksumVerifier(RocksHandles handles) {
    this.handles = handles;
  }

  void verify() {
    for (String file : liveFiles()) {
      verify(file);
    }
  }

  private void verify(String file) {
    handles.enter();
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file);
      reader.verifyChecksum();
    } catch (RocksDBException e) {
      // A compaction may have replaced the file meanwhile.
      if (liveFiles().contains(file)) {
        throw isDamaged(file, e)
            ? new StoreException(
                Category.CORRUPTION,
                "file " + file + " is damaged: " + e.getMessage() + "; rebuild the replica",
                e)
            : new StoreErrors("file " + file).of("verify", e);
      }
    } finally {
      handles.exit();
    }
  }

  /** A file that only cannot be read just now may be whole. */
  private static boolean isDamaged(String file, RocksDBException e) {
    return StoreErrors.category(e) == Category.CORRUPTION || !Files.exists(Path.of(file));
  }

  private List<String> liveFiles() {
    handles.enter();
    try {
      List<String> files = new ArrayList<>();
      for (LiveFileMetaData file : handles.db.getLiveFilesMetaData()) {
        files.add(Path.of(file.path(), file.fileName()).toString());
      }
      return files;
    } finally {
      handles.exit();
    }
  }
}
