package io.cairn.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library: from java.library.path when it lies there, as in the
 * distribution, else from its jar by way of the temporary folder.
 *
 * <p>RocksDB's own loader leaves 17 MB in the temporary folder when the process is killed. Here the
 * file is removed as soon as it is loaded, where the system allows that.
 */
final class NativeLibrary {
  private static boolean loaded;

  private NativeLibrary() {}

  static synchronized void load() {
    if (loaded) {
      return;
    }
    Path directory = newDirectoryOrNull();
    try {
      NativeLibraryLoader.getInstance()
          .loadLibrary(directory == null ? null : directory.toString());
      RocksDB.loadLibrary();
      loaded = true;
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new StoreException(
          StoreException.Category.FAILED,
          "RocksDB's native library cannot be loaded ("
              + e.getMessage()
              + "); put it on java.library.path, or set java.io.tmpdir to a folder in which files"
              + " may be created and executed",
          e);
    } finally {
      delete(directory);
    }
  }

  /** Null when there is no usable temporary folder, which matters only to the jar's library. */
  private static @Nullable Path newDirectoryOrNull() {
    try {
      return Files.createTempDirectory("cairn-rocksdb");
    } catch (IOException e) {
      return null;
    }
  }

  /** A loaded library stays usable without its file; a system that refuses keeps it until exit. */
  private static void delete(@Nullable Path directory) {
    if (directory == null) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // In this order the folder goes after the file, which the loader has registered already.
      directory.toFile().deleteOnExit();
    }
  }
}
