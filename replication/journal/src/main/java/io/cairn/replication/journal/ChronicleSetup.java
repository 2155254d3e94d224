package io.cairn.replication.journal;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.onoes.ExceptionHandler;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes the library behave in this process: it must reach no network, watch no disk, and hide no
 * error that touches a log.
 */
final class ChronicleSetup {
  /** The logs that are open in this process. */
  private static final Set<Failable> OPEN = ConcurrentHashMap.newKeySet();

  /** The log on whose behalf this thread is in the library. */
  private static final ThreadLocal<@Nullable Failable> CURRENT = new ThreadLocal<>();

  private static boolean done;

  private ChronicleSetup() {}

  /** Something that stops working when the library reports an error. */
  interface Failable {
    /** Whether an error text is about its files. */
    boolean isMeantBy(String text);

    void fail(String message, @Nullable Throwable cause);
  }

  /** Comes before any other use of the library. */
  static synchronized void ensure() {
    if (done) {
      return;
    }
    JvmAccess.ensure();
    for (String feature : new String[] {"analytics", "announcer", "disk.monitor"}) {
      System.setProperty("chronicle." + feature + ".disable", "true");
    }
    ExceptionHandler others = Jvm.error();
    Jvm.setErrorExceptionHandler(
        (source, message, thrown) -> {
          if (!report(message, thrown)) {
            others.on(source, message, thrown);
          }
        });
    done = true;
  }

  /** Opens the queue of one segment: its clock stands still, so it stays in one cycle file. */
  static SingleChronicleQueue queue(Path directory, JournalOptions options) {
    return SingleChronicleQueueBuilder.binary(directory)
        .blockSize(options.blockBytes())
        .rollCycle(RollCycles.HALF_HOURLY)
        .timeProvider(() -> 0L)
        .build();
  }

  static void add(Failable log) {
    OPEN.add(log);
  }

  static void remove(Failable log) {
    OPEN.remove(log);
  }

  /** Marks what this thread does from here on as done for a log; null for none. */
  static void enter(@Nullable Failable log) {
    CURRENT.set(log);
  }

  /** Fails the logs that the error is about; false when it is about none. */
  private static boolean report(@Nullable String message, @Nullable Throwable thrown) {
    String text = message + " " + thrown;
    Failable current = CURRENT.get();
    boolean found = current != null;
    if (current != null) {
      current.fail("Chronicle Queue reported: " + text, thrown);
    }
    for (Failable log : OPEN) {
      if (log != current && log.isMeantBy(text)) {
        log.fail("Chronicle Queue reported: " + text, thrown);
        found = true;
      }
    }
    return found;
  }
}
