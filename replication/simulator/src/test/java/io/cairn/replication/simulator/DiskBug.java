package io.cairn.replication.simulator;

import io.cairn.replication.core.LogRecord;
import io.cairn.replication.core.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bugs in log and store. */
enum DiskBug implements PlantedBug {
  /** Trap 2: a force that failed is taken for one that did not. */
  FAILED_FORCE_IGNORED(
      100,
      "I1: acknowledged before the force",
      new Parts() {

        @Override
        public SimulatedLog log(SimulatedDisk disk) {
          return new SimulatedLog(disk) {
            private boolean failed;

            @Override
            public void force() {
              try {
                super.force();
              } catch (LogFailedException ignored) {
                failed = true;
              }
            }

            @Override
            public long durableEndOffset() {
              return failed ? endOffset() : super.durableEndOffset();
            }
          };
        }
      }),
  /** Trap 18: the applied offset that survives a crash is ahead of the data that does. */
  APPLIED_OFFSET_AHEAD_OF_THE_DATA(
      20,
      "the store at ",
      new Parts() {

        @Override
        public SimulatedStore store() {
          return new SimulatedStore() {
            private @Nullable LogRecord held;

            @Override
            public void apply(LogRecord record) {
              if (held != null) {
                super.apply(held);
              }
              held = record;
            }

            @Override
            public long appliedOffset() {
              return held == null ? super.appliedOffset() : held.endOffset();
            }
          };
        }
      }),
  /** Recovery takes the last record for a torn one. */
  LAST_RECORD_CUT_OFF(
      20,
      "I5: lost what was forced",
      new Parts() {

        @Override
        public SimulatedLog log(SimulatedDisk disk) {
          if (!disk.records.isEmpty()) {
            disk.records.remove(disk.records.size() - 1);
            disk.forced = Math.min(disk.forced, disk.records.size());
            disk.forcedEndOffset = disk.startOffset;
          }
          return new SimulatedLog(disk);
        }
      }),
  /** Recovery finds a record that nobody wrote, as what a file held before it was used again. */
  FOREIGN_RECORD_FOUND(
      5,
      "another log came back",
      new Parts() {

        @Override
        public SimulatedLog log(SimulatedDisk disk) {
          SimulatedLog found = new SimulatedLog(disk);
          LogRecord foreign =
              LogRecord.of(
                  LogRecord.Type.DATA,
                  Math.max(1, found.lastEpoch()),
                  found.endOffset(),
                  found.lastRecordCrc(),
                  0,
                  List.of(Operation.noOp()));
          disk.records.add(foreign.bytes());
          return new SimulatedLog(disk);
        }
      });

  private final int seeds;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // it only makes things
  private final Parts parts;

  DiskBug(int seeds, String expected, Parts parts) {
    this.seeds = seeds;
    this.expected = expected;
    this.parts = parts;
  }

  @Override
  public int seeds() {
    return seeds;
  }

  @Override
  public String expected() {
    return expected;
  }

  @Override
  public Parts parts() {
    return parts;
  }
}
