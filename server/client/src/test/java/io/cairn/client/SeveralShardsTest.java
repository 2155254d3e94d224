package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.ScanRequest;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that concern several shards, when one node leads them all and when several do. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class SeveralShardsTest {

  @Parameter boolean pipelining;

  private static final byte[] VALUE = bytes("value");

  private ClientFixture fixture;
  private FakeCluster cluster;
  private CairnClient client;

  @BeforeEach
  void start() throws IOException {
    fixture = ClientFixture.of(3, 4, 1, pipelining);
    cluster = fixture.cluster;
    client = fixture.client;
    for (int i = 0; i < 40; i++) {
      cluster.data.put(
          ByteString.copyFromUtf8(String.format("k%02d", i)),
          FakeNode.value(ByteString.copyFromUtf8("v" + i), i));
    }
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private FakeNode node(int number) {
    return fixture.nodes.get(number);
  }

  private void spread() {
    cluster.lead(1, 1);
    cluster.lead(2, 2);
    cluster.lead(3, 1);
  }

  private static List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    for (int i = 39; i >= 0; i--) {
      keys.add(bytes(String.format("k%02d", i)));
    }
    keys.add(bytes("none"));
    return keys;
  }

  private void assertMultiGet(ConsistencyLevel level) {
    List<VersionedValue> values = client.multiGet(keys(), level);
    assertThat(values).hasSize(41);
    assertThat(values.get(40)).isNull();
    for (int i = 0; i < 40; i++) {
      assertThat(values.get(i).text()).isEqualTo("v" + (39 - i));
    }
  }

  private int multiGets(int number) {
    return (int) node(number).requests.stream().filter(MultiGetRequest.class::isInstance).count();
  }

  @Test
  void eachKeyIsAskedOfItsLeader() {
    spread();
    for (int shard = 0; shard < 4; shard++) {
      client.put(fixture.keyIn(shard), VALUE);
    }

    assertThat(fixture.nodes).extracting(node -> node.requests.size()).containsExactly(1, 2, 1);
  }

  @Test
  void oneLeaderIsAskedForAllKeysAtOnce() {
    assertMultiGet(ConsistencyLevel.STRONG);

    assertThat(multiGets(0)).isEqualTo(1);
  }

  @Test
  void severalLeadersAreAskedForTheirKeysEach() {
    spread();

    assertMultiGet(ConsistencyLevel.STRONG);

    assertThat(List.of(multiGets(0), multiGets(1), multiGets(2))).containsExactly(1, 1, 1);
  }

  @Test
  void anEventualReadOfManyKeysAsksOneNode() {
    spread();

    assertMultiGet(ConsistencyLevel.EVENTUAL);

    assertThat(multiGets(0)).isEqualTo(1);
    assertThat(multiGets(1) + multiGets(2)).isZero();
  }

  @Test
  void leadersThatPartWhileTheyAreAskedAreFound() {
    assertMultiGet(ConsistencyLevel.STRONG);
    spread(); // the client does not know

    assertMultiGet(ConsistencyLevel.STRONG);
    assertThat(fixture.timer.delaysNanos).containsOnly(0L);
  }

  @Test
  void aPartThatFailsFailsTheWhole() {
    spread();
    node(2)
        .faults
        .add(FakeNode.refuse(FailureStatus.ofRead(Failure.DATA_CORRUPT, "The disk is bad.")));

    assertThatThrownBy(() -> client.multiGet(keys()))
        .isInstanceOf(CairnException.class)
        .hasMessage("The disk is bad.");
    assertMultiGet(ConsistencyLevel.STRONG);
  }

  @Test
  void cancellingTheWholeCancelsItsParts() {
    spread();
    fixture.nodes.forEach(node -> node.faults.add(node.silence()));
    CompletableFuture<?> reading = client.async().multiGet(keys());

    reading.cancel(true);

    assertThat(fixture.nodes).extracting(node -> node.cancelled()).containsOnly(pipelining ? 0 : 1);
  }

  @Test
  void everyEndingOfAPartGivesItsPlaceBack() throws IOException {
    spread();
    for (int i = 0; i < 200; i++) { // twice the limit
      node(1)
          .faults
          .add(FakeNode.refuse(FailureStatus.ofRead(Failure.DATA_CORRUPT, "The disk is bad.")));
      assertThatThrownBy(() -> client.multiGet(keys())).isInstanceOf(CairnException.class);
    }

    assertMultiGet(ConsistencyLevel.STRONG);
  }

  private String scan(ScanOptions options) {
    StringBuilder read = new StringBuilder();
    try (CloseableIterator<KeyValue> scan = client.scan(options)) {
      scan.forEachRemaining(entry -> read.append(entry.value().text()).append(' '));
    }
    return read.toString();
  }

  private static String values(int from, int to) {
    StringBuilder values = new StringBuilder();
    for (int i = from; i != to; i += from < to ? 1 : -1) {
      values.append('v').append(i).append(' ');
    }
    return values.toString();
  }

  @Test
  void aScanOfOneLeaderNamesNoShards() {
    assertThat(scan(ScanOptions.all())).isEqualTo(values(0, 40));

    assertThat(node(0).requests).hasSize(1);
    assertThat(((ScanRequest) node(0).requests.get(0)).getShardsList()).isEmpty();
  }

  @Test
  void aScanMergesWhatSeveralLeadersHave() {
    spread();

    assertThat(scan(ScanOptions.all())).isEqualTo(values(0, 40));
    assertThat(scan(ScanOptions.all().reversed())).isEqualTo(values(39, -1));
    assertThat(scan(ScanOptions.all().limit(7))).isEqualTo(values(0, 7));
    assertThat(scan(ScanOptions.all().after(bytes("k30")))).isEqualTo(values(31, 40));
    assertThat(((ScanRequest) node(1).requests.get(0)).getShardsList()).containsExactly(1, 3);
    assertThat(scan(ScanOptions.all().at(ConsistencyLevel.EVENTUAL))).isEqualTo(values(0, 40));
  }

  @Test
  void aMergedScanOfWhichOneStreamBreaksGoesOnBehindItsLastEntry() {
    spread();
    for (int i = 0; i < 3; i++) {
      node(1).scanFaults.add(new FakeNode.ScanFault(3, Status.UNAVAILABLE));
      node(2).scanFaults.add(new FakeNode.ScanFault(2, Status.UNAVAILABLE));
    }

    assertThat(scan(ScanOptions.all())).isEqualTo(values(0, 40));
  }

  @Test
  void aScanFollowsLeadersThatChangeUnderIt() {
    StringBuilder read = new StringBuilder();
    try (CloseableIterator<KeyValue> scan = client.scan(ScanOptions.all())) {
      for (int i = 0; i < 5; i++) {
        read.append(scan.next().value().text()).append(' ');
      }
      spread();
      node(0).server.shutdownNow();
      cluster.lead(0, 2);
      scan.forEachRemaining(entry -> read.append(entry.value().text()).append(' '));
    }

    assertThat(read).hasToString(values(0, 40));
  }

  @Test
  void aClearOfOneLeaderNamesNoShards() {
    client.clear();

    assertThat(cluster.data).isEmpty();
    assertThat(((ClearRequest) node(0).requests.get(0)).getShardsList()).isEmpty();
  }

  @Test
  void aClearIsSentToEachLeader() {
    spread();

    client.clear();

    assertThat(cluster.data).isEmpty();
    assertThat(((ClearRequest) node(1).requests.get(0)).getShardsList()).containsExactly(1, 3);
  }

  @Test
  void aClearOfLeadersThatPartedIsSentAgainByShard() {
    client.get(bytes("k00"));
    spread();

    client.clear();

    assertThat(cluster.data).isEmpty();
  }

  @Test
  void aClearOfWhichAPartIsRefusedIsInDoubt() {
    spread();
    node(2).faults.addAll(Collections.nCopies(1, FakeNode.refuse(Failure.DISK_FULL)));

    assertThatThrownBy(() -> client.clear())
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessage("The node says DISK_FULL. Some shards are done, others are not.");
    assertThat(cluster.data).isNotEmpty();
  }
}
