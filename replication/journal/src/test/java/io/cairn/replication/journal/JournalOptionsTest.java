package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class JournalOptionsTest {

  @Test
  void aRecordMustFitAQuarterOfABlock() {
    int block = 1 << 20;
    int largest = block / 4 - Entry.OVERHEAD_BYTES;
    options(4 << 20, block, largest, 1 << 20, 4 << 20);
    assertThatThrownBy(() -> options(4 << 20, block, largest + 1, 1 << 20, 4 << 20))
        .hasMessageContaining("maxRecordBytes (" + (largest + 1) + ")")
        .hasMessageContaining("blockBytes (" + block + ")");
  }

  @Test
  void whatWasAcceptedMustFitASegmentAndTheReserve() {
    assertThatThrownBy(() -> options(1 << 20, 1 << 20, 1000, 2 << 20, 8 << 20))
        .hasMessageContaining("inFlightBytes (2097152)")
        .hasMessageContaining("segmentBytes (1048576)");
    assertThatThrownBy(() -> options(4 << 20, 1 << 20, 1000, 2 << 20, 7 << 20))
        .hasMessageContaining("reserveBytes (7340032)");
    assertThatThrownBy(() -> options(200 << 10, 1 << 20, 100_000, 1000, 4000))
        .hasMessageContaining("segmentBytes (204800)");
    assertThatThrownBy(() -> options(1 << 20, 100_000, 1000, 1000, 4000))
        .hasMessageContaining("power of two");
  }

  private static JournalOptions options(
      long segment, int block, int maxRecord, long inFlight, long reserve) {
    return new JournalOptions(segment, block, maxRecord, 0, reserve, inFlight, 0);
  }
}
