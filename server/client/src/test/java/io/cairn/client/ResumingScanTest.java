package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.v1.ScanRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResumingScanTest {

  private ClientFixture fixture;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    fixture = ClientFixture.of(1, true);
    node = fixture.node();
    for (char c = 'a'; c <= 't'; c++) {
      node.data.put(ByteString.copyFromUtf8("" + c), FakeNode.value(ByteString.EMPTY, c));
    }
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void entriesComeInOrder() {
    assertThat(scan(ScanOptions.all())).isEqualTo("abcdefghijklmnopqrst");
    assertThat(scan(ScanOptions.all().reversed())).isEqualTo("tsrqponmlkjihgfedcba");
    assertThat(scan(ScanOptions.all().limit(3))).isEqualTo("abc");
    assertThat(scan(ScanOptions.all().after(bytes("q")))).isEqualTo("rst");
    assertThat(keys(ScanOptions.all().reversed().limit(2))).isEqualTo("ts");
  }

  @Test
  void aBrokenScanGoesOnBehindItsLastEntry() {
    node.scanFaults.add(new FakeNode.ScanFault(0, Status.UNAVAILABLE));
    node.scanFaults.add(new FakeNode.ScanFault(3, Status.UNAVAILABLE));
    node.scanFaults.add(new FakeNode.ScanFault(1, Status.UNAVAILABLE));
    node.scanFaults.add(new FakeNode.ScanFault(5, Status.UNAVAILABLE));

    assertThat(scan(ScanOptions.all().limit(19))).isEqualTo("abcdefghijklmnopqrs");

    assertThat(node.requests.stream().map(r -> ((ScanRequest) r).getAfter().toStringUtf8()))
        .containsExactly("", "", "d", "d", "l");
    assertThat(node.requests.stream().map(r -> ((ScanRequest) r).getLimit()))
        .containsExactly(19L, 19L, 15L, 15L, 7L);
  }

  @Test
  void aBrokenReverseScanOfKeysGoesOnToo() {
    node.scanFaults.add(new FakeNode.ScanFault(4, Status.UNAVAILABLE));

    assertThat(keys(ScanOptions.all().reversed())).isEqualTo("tsrqponmlkjihgfedcba");
    assertThat(node.requests).hasSize(2);
  }

  @Test
  void aScanThatNeverGetsOnGivesUp() {
    node.scanFaults.addAll(Collections.nCopies(40, new FakeNode.ScanFault(0, Status.UNAVAILABLE)));

    assertThatThrownBy(() -> scan(ScanOptions.all()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageStartingWith("Cannot reach node0: ")
        .hasMessageContaining("Tried ");
  }

  @Test
  void howLongTheCallerTakesDoesNotCountAsWaiting() {
    node.scanFaults.add(new FakeNode.ScanFault(0, Status.UNAVAILABLE));
    node.scanFaults.add(new FakeNode.ScanFault(3, Status.UNAVAILABLE));
    StringBuilder read = new StringBuilder();
    try (CloseableIterator<byte[]> keys = fixture.client.keys(ScanOptions.all())) {
      fixture.timer.advance(TimeUnit.SECONDS.toNanos(60));
      while (keys.hasNext()) {
        read.append(new String(keys.next(), StandardCharsets.UTF_8));
        fixture.timer.advance(TimeUnit.SECONDS.toNanos(60));
      }
    }

    assertThat(read).hasToString("abcdefghijklmnopqrst");
  }

  @Test
  void aScanThatFailedDoesNotLookLikeOneAtItsEnd() {
    node.scanFaults.add(new FakeNode.ScanFault(2, Status.DATA_LOSS.withDescription("bad")));
    CloseableIterator<KeyValue> scan = fixture.client.scan(ScanOptions.all());
    assertThatThrownBy(() -> scan.forEachRemaining(entry -> {})).hasMessageContaining("bad");

    assertThatThrownBy(scan::hasNext).hasMessageContaining("bad");
    assertThatThrownBy(scan::next).hasMessageContaining("bad");
  }

  @Test
  void onlyAFaultOfTheNodeSendsAScanToAnotherOne() throws IOException {
    try (ClientFixture two = ClientFixture.of(2, true)) {
      two.node()
          .scanFaults
          .add(
              new FakeNode.ScanFault(
                  0, FakeNode.status(Failure.INVALID_RANGE).toException().getStatus()));

      assertThatThrownBy(() -> two.client.scan(ScanOptions.all()).hasNext())
          .isInstanceOf(CairnException.class);
      two.client.get(bytes("a"));

      assertThat(two.nodes.get(1).requests).isEmpty();
    }
  }

  @Test
  void aFailureThatNoRepetitionHelpsIsToldAtOnce() {
    node.scanFaults.add(new FakeNode.ScanFault(2, Status.DATA_LOSS.withDescription("bad")));

    assertThatThrownBy(() -> scan(ScanOptions.all())).hasMessageContaining("bad");
    assertThat(node.requests).hasSize(1);
  }

  @Test
  void theNodeSendsNoMoreThanIsTaken() {
    for (int i = 0; i < 10_000; i++) {
      node.data.put(ByteString.copyFromUtf8("key" + i), FakeNode.value(ByteString.EMPTY, 1));
    }
    try (CloseableIterator<KeyValue> scan = fixture.client.scan(ScanOptions.all())) {
      scan.next();
      assertThat(node.chunksSent).isBetween(2, 5);
      for (int i = 0; i < 20; i++) {
        scan.next();
      }
      assertThat(node.chunksSent).isBetween(11, 15);
    }
    assertThat(node.cancelled()).isEqualTo(1);
  }

  @Test
  void aClosedScanIsAtItsEnd() {
    CloseableIterator<KeyValue> scan = fixture.client.scan(ScanOptions.all());
    scan.next();
    scan.close();
    scan.close();

    assertThat(scan.hasNext()).isFalse();
    assertThatThrownBy(scan::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aScanOfAClosedClientFails() {
    CloseableIterator<KeyValue> scan = fixture.client.scan(ScanOptions.all());
    fixture.client.close();

    assertThatThrownBy(scan::hasNext)
        .isInstanceOf(CairnException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closingTheStreamClosesTheScan() {
    try (Stream<byte[]> keys = fixture.client.keys(ScanOptions.all()).stream()) {
      assertThat(keys.findFirst()).isPresent();
    }
    assertThat(node.cancelled()).isEqualTo(1);
  }

  @Test
  void aNegativeLimitIsRefused() {
    assertThatThrownBy(() -> ScanOptions.all().limit(-1))
        .hasMessage("limit must be 0 (for all) or more, not -1");
  }

  private String scan(ScanOptions options) {
    List<byte[]> keys = new ArrayList<>();
    try (CloseableIterator<KeyValue> scan = fixture.client.scan(options)) {
      scan.forEachRemaining(entry -> keys.add(entry.key()));
    }
    return join(keys);
  }

  private String keys(ScanOptions options) {
    List<byte[]> keys = new ArrayList<>();
    try (CloseableIterator<byte[]> scan = fixture.client.keys(options)) {
      scan.forEachRemaining(keys::add);
    }
    return join(keys);
  }

  private static String join(List<byte[]> keys) {
    StringBuilder joined = new StringBuilder();
    keys.forEach(key -> joined.append(new String(key, StandardCharsets.UTF_8)));
    return joined.toString();
  }
}
