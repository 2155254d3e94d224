package io.cairn.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.Operation.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The record on disk and wire: what goes in comes out, and nothing damaged comes out at all. */
class LogRecordProperties {

  record Write(Operation.Kind kind, byte[] key, byte[] value, long client, long sequence) {
    byte[] encoded() {
      ByteSource first = ByteSource.of(key);
      ByteSource second = ByteSource.of(value);
      return switch (kind) {
        case PUT -> Operation.put(first, second, client, sequence);
        case DELETE -> Operation.delete(first, client, sequence);
        case DELETE_RANGE -> Operation.deleteRange(first, second, client, sequence);
        case NO_OP -> Operation.noOp();
      };
    }
  }

  @Provide
  Arbitrary<Write> writes() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    Arbitrary<Long> ids = Arbitraries.longs().filter(id -> id != Operation.NO_CLIENT);
    Arbitrary<Long> clients = Arbitraries.oneOf(Arbitraries.just(Operation.NO_CLIENT), ids);
    return Combinators.combine(
            Arbitraries.of(Operation.Kind.class), bytes, bytes, clients, Arbitraries.longs())
        .as(Write::new);
  }

  @Property(tries = 300)
  void whatGoesInComesOut(
      @ForAll @Size(min = 1, max = 20) List<@From("writes") Write> writes,
      @ForAll LogRecord.Type type,
      @ForAll @LongRange(min = 0) long epoch,
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 2) long baseOffset,
      @ForAll int previousCrc,
      @ForAll long timestampMillis) {
    LogRecord made =
        LogRecord.of(type, epoch, baseOffset, previousCrc, timestampMillis, encoded(writes));

    LogRecord read = LogRecord.parse(made.bytes().clone());

    assertThat(read.type()).isEqualTo(type);
    assertThat(read.epoch()).isEqualTo(epoch);
    assertThat(read.baseOffset()).isEqualTo(baseOffset);
    assertThat(read.count()).isEqualTo(writes.size());
    assertThat(read.endOffset()).isEqualTo(baseOffset + writes.size());
    assertThat(read.previousCrc()).isEqualTo(previousCrc);
    assertThat(read.timestampMillis()).isEqualTo(timestampMillis);
    assertThat(read.lengthBytes()).isEqualTo(made.bytes().length);
    assertThat(read.crc()).isEqualTo(made.crc());
    OperationCursor cursor = new OperationCursor().wrap(read);
    for (int i = 0; i < writes.size(); i++) {
      assertThat(cursor.next()).isTrue();
      assertOperation(cursor, writes.get(i), baseOffset + i, 0);
    }
    assertThat(cursor.next()).isFalse();
  }

  /** Nothing makes one yet, but a log may hold it. */
  @Property(tries = 100)
  void anExpiryIsRead(
      @ForAll @From("writes") Write write,
      @ForAll @From("writes") Write next,
      @ForAll long expiryMillis) {
    byte[] plain = write.encoded();
    int head = plain[1] == 0 ? 2 : 18;
    byte[] expiring =
        ByteBuffer.allocate(plain.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(plain, 0, head)
            .putLong(expiryMillis)
            .put(plain, head, plain.length - head)
            .array();
    expiring[1] |= Operation.FLAG_EXPIRY;
    LogRecord made =
        LogRecord.of(LogRecord.Type.DATA, 1, 7, 0, 0, List.of(expiring, next.encoded()));

    OperationCursor cursor = new OperationCursor().wrap(LogRecord.parse(made.bytes().clone()));

    assertThat(cursor.next()).isTrue();
    assertOperation(cursor, write, 7, expiryMillis);
    assertThat(cursor.next()).isTrue();
    assertOperation(cursor, next, 8, 0);
  }

  private static void assertOperation(
      OperationCursor cursor, Write write, long offset, long expiryMillis) {
    boolean noOp = write.kind == Operation.Kind.NO_OP;
    boolean hasValue = !noOp && write.kind != Operation.Kind.DELETE;
    boolean identified = !noOp && write.client != Operation.NO_CLIENT;
    assertThat(cursor.offset()).isEqualTo(offset);
    assertThat(cursor.kind()).isEqualTo(write.kind);
    assertThat(cursor.clientId()).isEqualTo(identified ? write.client : Operation.NO_CLIENT);
    assertThat(cursor.sequence()).isEqualTo(identified ? write.sequence : 0);
    assertThat(cursor.expiryMillis()).isEqualTo(expiryMillis);
    assertThat(slice(cursor.array(), cursor.keyPosition(), cursor.keyLength()))
        .isEqualTo(noOp ? new byte[0] : write.key);
    assertThat(slice(cursor.array(), cursor.valuePosition(), cursor.valueLength()))
        .isEqualTo(hasValue ? write.value : new byte[0]);
  }

  @Property(tries = 20)
  void everyFlippedBitIsRefused(
      @ForAll @Size(min = 1, max = 4) List<@From("writes") Write> writes) {
    byte[] bytes = record(writes).bytes();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(damaged);
    }
  }

  @Property(tries = 20)
  void everyTruncationIsRefused(
      @ForAll @Size(min = 1, max = 4) List<@From("writes") Write> writes) {
    byte[] bytes = record(writes).bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length));
      byte[] torn = new byte[bytes.length];
      System.arraycopy(bytes, 0, torn, 0, length);
      if (!Arrays.equals(torn, bytes)) {
        assertRefused(torn);
      }
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** Even with a CRC that fits: a record from a broken writer must not lead a cursor astray. */
  @Property(tries = 2000)
  void anythingWithAGoodCrcIsRefusedOrCanBeWalked(
      @ForAll @Size(min = 1, max = 4) List<@From("writes") Write> writes,
      @ForAll @LongRange(min = 0, max = Integer.MAX_VALUE) long position,
      @ForAll byte value) {
    byte[] bytes = record(writes).bytes().clone();
    bytes[(int) (position % bytes.length)] = value;
    fixCrc(bytes);
    LogRecord record;
    try {
      record = LogRecord.parse(bytes);
    } catch (CorruptRecordException refused) {
      return;
    }
    OperationCursor cursor = new OperationCursor().wrap(record);
    int walked = 0;
    while (cursor.next()) {
      walked++;
      assertThat(cursor.valuePosition() + cursor.valueLength()).isBetween(0, bytes.length);
    }
    assertThat(walked).isEqualTo(record.count());
  }

  private static void fixCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, LogRecord.CRC_POSITION);
    crc.update(bytes, LogRecord.HEADER_BYTES, bytes.length - LogRecord.HEADER_BYTES);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(LogRecord.CRC_POSITION, (int) crc.getValue());
  }

  private static void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> LogRecord.parse(bytes)).isInstanceOf(CorruptRecordException.class);
  }

  private static LogRecord record(List<Write> writes) {
    return LogRecord.of(LogRecord.Type.DATA, 3, 17, 4711, 1000, encoded(writes));
  }

  private static List<byte[]> encoded(List<Write> writes) {
    return writes.stream().map(Write::encoded).toList();
  }

  private static byte[] slice(byte[] array, int position, int length) {
    return Arrays.copyOfRange(array, position, position + length);
  }
}
