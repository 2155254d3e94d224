package io.cairn.replication.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.ReplicaLog.EpochStart;
import io.cairn.replication.core.metadata.ProcessId;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica driven by lines of text, which answers with lines of text. The log is a list of the
 * records that were appended; a restart keeps those that were durable.
 *
 * <pre>
 *   options [record=BYTES] [bytes=BYTES] [unsynced=N] [reads=N] [ranges=N] [window=N]
 *           [windowBytes=BYTES]
 *   restart [log=START] [end=OFFSET] [applied=OFFSET] [unread]
 *   lead EPOCH
 *   propose WRITE; WRITE; ...      put KEY VALUE | delete KEY | clear [START END], then any of:
 *                                  eventual, id=CLIENT/SEQUENCE, seen=OFFSET, again
 *   durable | applied | flushed OFFSET
 *   read committed OFFSET | read applied
 *   space AVAILABLE | DELETES_ONLY | EXHAUSTED
 *   drain
 *   disk-failed REASON
 *   get KEY                        what the pending tail says
 * </pre>
 */
final class Scenario {
  private static final int RECORD = 1000;
  private static final ProcessId SELF = TestMetadata.process(1);

  private final List<String> output = new ArrayList<>();
  private final List<LogRecord> log = new ArrayList<>();
  private ReplicaOptions options = new ReplicaOptions(RECORD, 100_000, 8, 100, 1000, 100_000);
  private Replica replica = new Replica(SELF, 0, options, Start.empty());
  private String lastState = state();
  private int writes;
  private int reads;

  /** Carries out one line and tells what came of it. */
  List<String> run(String line) {
    output.clear();
    String[] words = line.split(" ", -1);
    try {
      run(words, line);
    } catch (Invariant.Violation violation) {
      output.add("violation: " + violation.getMessage());
    }
    String state = state();
    if (!state.equals(lastState)) {
      output.add("= " + state);
      lastState = state;
    }
    return List.copyOf(output);
  }

  private void run(String[] words, String line) {
    switch (words[0]) {
      case "options" -> options(words);
      case "restart" -> restart(words);
      case "lead" -> step(new Input.MetadataChanged(TestMetadata.alone(SELF, number(words[1])), 0));
      case "propose" -> step(new Input.Propose(proposals(line.substring(8)), 0));
      case "durable" -> step(new Input.LogDurable(0, number(words[1]), 0));
      case "applied" -> step(new Input.Applied(number(words[1])));
      case "flushed" -> step(new Input.Flushed(number(words[1])));
      case "read" -> read(words);
      case "space" -> step(new Input.LogSpaceChanged(LogSpace.valueOf(words[1])));
      case "drain" -> step(new Input.Drain());
      case "disk-failed" -> step(new Input.DiskFailed(line.substring(12)));
      case "get" -> output.add(tail(words[1]));
      default -> throw new IllegalArgumentException("unknown line: " + line);
    }
  }

  private void options(String[] words) {
    options =
        new ReplicaOptions(
            (int) named(words, "record", RECORD),
            named(words, "bytes", 100_000),
            (int) named(words, "unsynced", 8),
            (int) named(words, "reads", 100),
            (int) named(words, "ranges", 100),
            (int) named(words, "window", 1000),
            named(words, "windowBytes", 100_000),
            ReplicaOptions.Replication.defaults());
    replica = new Replica(SELF, 0, options, Start.empty());
    log.clear();
    lastState = state();
  }

  private void restart(String[] words) {
    ReplicaStatus status = replica.status();
    long end = named(words, "end", status.durableEndOffset());
    long applied = named(words, "applied", status.appliedOffset());
    long logStart = named(words, "log", 0);
    List<LogRecord> kept = new ArrayList<>(log);
    kept.removeIf(record -> record.endOffset() > end || record.baseOffset() < logStart);
    LogRecord last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
    long epoch = last == null ? status.epoch() : last.epoch();
    int crc = last == null ? 0 : last.crc();
    List<EpochStart> history = epoch == 0 ? List.of() : List.of(new EpochStart(epoch, logStart));
    replica =
        new Replica(
            SELF, 0, options, new Start(logStart, end, crc, history, applied, applied, end, 0));
    log.clear();
    log.addAll(kept);
    output.add("recover from " + replica.recoverFromOffset());
    if (!List.of(words).contains("unread")) {
      for (LogRecord record : kept) {
        if (record.endOffset() > replica.recoverFromOffset()) {
          step(new Input.Recovered(record));
        }
      }
    }
  }

  private void read(String[] words) {
    String name = "r" + ++reads;
    boolean committed = words[1].equals("committed");
    long offset = committed ? number(words[2]) : 0;
    long epoch = replica.status().epoch();
    step(
        new Input.Read(
            List.of(
                committed
                    ? ReadBarrier.committed(epoch, offset, name)
                    : ReadBarrier.applied(name))));
  }

  private List<Proposal> proposals(String text) {
    List<Proposal> proposals = new ArrayList<>();
    for (String write : text.split(";", -1)) {
      proposals.add(proposal(write.trim().split(" ", -1)));
    }
    return proposals;
  }

  private Proposal proposal(String[] words) {
    String name = "w" + ++writes;
    long client = Operation.NO_CLIENT;
    long sequence = 0;
    Consistency consistency = Consistency.STRONG;
    boolean again = false;
    List<String> rest = new ArrayList<>();
    for (String word : words) {
      if (word.startsWith("id=")) {
        client = number(word.substring(3, word.indexOf('/')));
        sequence = number(word.substring(word.indexOf('/') + 1));
      } else if (word.equals("eventual")) {
        consistency = Consistency.EVENTUAL;
      } else if (word.equals("again")) {
        again = true;
      } else if (!word.startsWith("seen=")) {
        rest.add(word);
      }
    }
    byte[] operation = operation(rest, client, sequence);
    long seen = named(words, "seen", 0);
    return new Proposal(operation, consistency, client, sequence, seen, !again, name);
  }

  private static byte[] operation(List<String> words, long client, long sequence) {
    return switch (words.get(0)) {
      case "put" -> Operation.put(text(words.get(1)), text(words.get(2)), client, sequence);
      case "delete" -> Operation.delete(text(words.get(1)), client, sequence);
      case "clear" -> {
        ByteSource start = text(words.size() > 1 ? words.get(1) : "");
        ByteSource end = text(words.size() > 2 ? words.get(2) : "");
        yield Operation.deleteRange(start, end, client, sequence);
      }
      default -> throw new IllegalArgumentException("unknown write: " + words);
    };
  }

  private void step(Input input) {
    replica.step(input, this::print);
  }

  private void print(Effect effect) {
    if (effect instanceof Effect.Append append) {
      log.add(LogRecord.parse(append.record().bytes()));
      output.add("append " + text(append.record()));
    } else if (effect instanceof Effect.Apply apply) {
      output.add("apply " + text(apply.record()));
    } else if (effect instanceof Effect.TrimLog trim) {
      output.add("trim below " + trim.beforeOffset());
    } else if (effect instanceof Effect.CompleteWrite complete) {
      output.add(complete.proposal().context() + " " + text(complete.result()));
    } else if (effect instanceof Effect.CompleteRead complete) {
      output.add(complete.barrier().context() + " may answer");
    } else if (effect instanceof Effect.FailRead fail) {
      output.add(fail.barrier().context() + " refused " + fail.reason());
    } else if (effect instanceof Effect.Halt halt) {
      output.add("halt: " + halt.reason());
    } else {
      throw new IllegalArgumentException("unknown effect " + effect);
    }
  }

  private static String text(WriteResult result) {
    if (result instanceof WriteResult.Confirmed confirmed) {
      return "confirmed at " + confirmed.offset() + (confirmed.duplicate() ? ", again" : "");
    } else if (result instanceof WriteResult.Refused refused) {
      return "refused " + refused.reason();
    }
    return "unknown " + ((WriteResult.Unknown) result).reason();
  }

  private static String text(LogRecord record) {
    StringBuilder text = new StringBuilder();
    text.append('[').append(record.baseOffset()).append(", ").append(record.endOffset());
    text.append(") of epoch ").append(record.epoch()).append(':');
    OperationCursor cursor = new OperationCursor().wrap(record);
    while (cursor.next()) {
      Key key = new Key(cursor.array(), cursor.keyPosition(), cursor.keyLength());
      Key value = new Key(cursor.array(), cursor.valuePosition(), cursor.valueLength());
      text.append(cursor.offset() == record.baseOffset() ? " " : ", ").append(cursor.kind());
      switch (cursor.kind()) {
        case PUT -> text.append(' ').append(key).append('=').append(value);
        case DELETE -> text.append(' ').append(key);
        case DELETE_RANGE -> text.append(" '" + key + "'..'" + value + "'");
        case NO_OP -> {}
      }
    }
    return text.toString();
  }

  private String tail(String key) {
    PendingTail.Entry entry = replica.pendingTail().newestOrNull(Key.of(key.getBytes(UTF_8)));
    if (entry == null) {
      return "nothing pending";
    }
    return (entry.deleted() ? "deleted" : "value " + entry.value()) + " at " + entry.offset();
  }

  private String state() {
    ReplicaStatus status = replica.status();
    return String.format(
        "%s epoch %d, end %d, durable %d, watermark %d, applied %d, flushed %d%s",
        status.role(),
        status.epoch(),
        status.logEndOffset(),
        status.durableEndOffset(),
        status.highWatermark(),
        status.appliedOffset(),
        status.flushedOffset(),
        status.draining() ? ", draining" : "");
  }

  private static long named(String[] words, String name, long otherwise) {
    for (String word : words) {
      if (word.startsWith(name + "=")) {
        return number(word.substring(name.length() + 1));
      }
    }
    return otherwise;
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static ByteSource text(String text) {
    return ByteSource.of(text.getBytes(UTF_8));
  }
}
