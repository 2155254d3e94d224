package io.cairn.replication.metadata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells a disk that was full, which passes, from one that failed, which does not. */
final class FullDisk {
  private FullDisk() {}

  /**
   * Whether that is all that stopped a member.
   *
   * @param cause null when Ratis did not tell
   * @param needed so many bytes are free on a disk that is not full
   */
  static boolean stopped(@Nullable Throwable cause, Path directory, long needed) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (failedToForce(each)) {
        return false;
      }
    }
    try {
      return Files.getFileStore(directory).getUsableSpace() < needed;
    } catch (IOException unknown) {
      return false;
    }
  }

  /**
   * What a failed force has left on the disk is not known, and reading it back would not tell: the
   * page cache shows what the disk may not have (PostgreSQL's "fsyncgate").
   */
  private static boolean failedToForce(Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getMethodName().startsWith("force")) {
        return true;
      }
    }
    return false;
  }
}
