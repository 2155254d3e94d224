package io.cairn.replication.journal;

import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.ReplicaLog.LogFailedException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first failure of a log, which is final. Any thread may report one, or ask. */
final class LogFailure implements ChronicleSetup.Failable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFailure.class);

  private final Path directory;
  private volatile @Nullable LogFailedException first;

  LogFailure(Path directory) {
    this.directory = directory;
  }

  boolean isNone() {
    return first == null;
  }

  void checkNone() {
    LogFailedException before = first;
    if (before != null) {
      throw new LogFailedException("the log has failed before: " + before.getMessage(), before);
    }
  }

  @Override
  public boolean isMeantBy(String text) {
    return text.contains(directory.toString());
  }

  /** Makes it final, unless there has been one. */
  @Override
  public void fail(String message, @Nullable Throwable cause) {
    become(message, cause);
  }

  /** The same, and gives the first one to be thrown. */
  synchronized LogFailedException become(String message, @Nullable Throwable cause) {
    LogFailedException known = first;
    if (known == null) {
      String where = "the log in " + directory + " failed: " + message;
      known =
          cause instanceof LogFailedException thrown
              ? thrown
              : new LogFailedException(where, cause == null ? new IOException(message) : cause);
      first = known;
      LOG.error(where, cause);
    }
    return known;
  }

  /** Something that can fail. */
  interface Work {
    void run() throws IOException;
  }

  /** Does what can fail, once, on a thread that nobody interrupts. */
  void guard(Work work) {
    checkNone();
    ChronicleSetup.enter(this);
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("the log thread was interrupted");
      }
      work.run();
      checkNone();
    } catch (Invariant.Violation e) {
      fail(String.valueOf(e.getMessage()), e);
      throw e;
    } catch (Throwable e) {
      throw become(String.valueOf(e.getMessage() == null ? e : e.getMessage()), e);
    } finally {
      ChronicleSetup.enter(null);
    }
  }
}
