package io.cairn.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final int KEY = 7;

  private final Ledger ledger = new Ledger(16);
  private final long put = nextPut(0);
  private final long laterPut = nextPut(put);
  private final long delete = nextDelete(laterPut);

  @Test
  void anAcknowledgedWriteThatIsThereIsRight() {
    sent(put, put);

    assertThat(judge(Content.value(KEY, put))).isNull();
  }

  @Test
  void anAcknowledgedWriteThatIsGoneIsLost() {
    sent(put, put);

    assertThat(judge(null)).contains("absent");
  }

  @Test
  void anOlderWriteThanTheAcknowledgedOneIsALoss() {
    sent(laterPut, laterPut);

    assertThat(judge(Content.value(KEY, put))).contains("shows write " + put);
  }

  @Test
  void aWriteUnderWayMayBeThereOrNot() {
    sent(laterPut, put);

    assertThat(judge(Content.value(KEY, put))).isNull();
    assertThat(judge(Content.value(KEY, laterPut))).isNull();
  }

  @Test
  void aDeleteUnderWayMayHaveHappened() {
    sent(delete, delete - 1);

    assertThat(judge(null)).isNull();
  }

  @Test
  void anAcknowledgedDeleteThatDidNotHappenIsALoss() {
    sent(delete, delete);

    assertThat(judge(null)).isNull();
    assertThat(judge(Content.value(KEY, laterPut))).isNotNull();
  }

  @Test
  void aWriteThatWasNeverSentIsWrong() {
    sent(put, put);

    assertThat(judge(Content.value(KEY, laterPut))).contains("shows write " + laterPut);
  }

  @Test
  void aChangedByteIsWrong() {
    sent(put, put);
    byte[] bytes = Content.value(KEY, put).toByteArray();
    bytes[bytes.length - 1] ^= 1;

    assertThat(judge(ByteString.copyFrom(bytes))).contains("wrong value");
  }

  @Test
  void theValueOfAnotherKeyIsWrong() {
    sent(put, put);

    assertThat(judge(Content.value(KEY + 1, put))).isNotNull();
  }

  @Test
  void whatWasGoneAfterACrashMustNotComeBack() {
    sent(laterPut, put);
    ledger.settle(KEY, Content.value(KEY, put));

    assertThat(judge(Content.value(KEY, put))).isNull();
    assertThat(judge(Content.value(KEY, laterPut))).isNotNull();
  }

  @Test
  void whatWasThereAfterACrashMustStay() {
    sent(laterPut, put);
    ledger.settle(KEY, Content.value(KEY, laterPut));

    assertThat(judge(Content.value(KEY, laterPut))).isNull();
    assertThat(judge(Content.value(KEY, put))).isNotNull();
  }

  @Test
  void aKeyThatWasNeverWrittenIsAbsent() {
    assertThat(judge(null)).isNull();
    ledger.settle(KEY, null);
    assertThat(judge(null)).isNull();
  }

  private void sent(long lastSent, long lastAcknowledged) {
    for (long i = 0; i < lastSent; i++) {
      ledger.begin(KEY);
    }
    ledger.acknowledge(KEY, lastAcknowledged);
  }

  private @Nullable String judge(@Nullable ByteString value) {
    return ledger.judge(KEY, value, ledger.acknowledgedNow()[KEY], ledger.attemptedNow()[KEY]);
  }

  private static long nextPut(long sequence) {
    long next = sequence + 1;
    while (Content.isDelete(KEY, next)) {
      next++;
    }
    return next;
  }

  private static long nextDelete(long sequence) {
    long next = sequence + 1;
    while (!Content.isDelete(KEY, next)) {
      next++;
    }
    return next;
  }
}
