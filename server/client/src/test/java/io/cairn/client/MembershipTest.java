package io.cairn.client;

import static io.cairn.client.ClientFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.api.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that come and go, and nodes of another cluster. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class MembershipTest {

  @Parameter boolean pipelining;

  private static final byte[] KEY = bytes("key");
  private static final byte[] VALUE = bytes("value");

  private ClientFixture fixture;
  private FakeCluster cluster;
  private CairnClient client;

  @BeforeEach
  void start() throws IOException {
    fixture = ClientFixture.of(3, 1, 2, pipelining);
    cluster = fixture.cluster;
    client = fixture.client;
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private FakeNode node(int number) {
    return fixture.nodes.get(number);
  }

  @Test
  void theChannelOfANodeThatLeftIsClosedThatOfASeedIsKept() {
    cluster.lead(0, 2);
    client.put(KEY, VALUE);
    FakeNode left = fixture.nodes.remove(2);
    cluster.lead(0, 1);
    left.faults.add(FakeNode.breakBefore());

    client.put(KEY, VALUE);

    assertThat(Objects.requireNonNull(fixture.channels.get("node2")).isShutdown()).isTrue();
    assertThat(node(1).requests).hasSize(1);
    assertThat(fixture.known.size()).isEqualTo(2);
    fixture.nodes.remove(0);
    cluster.lead(0, 0);
    client.put(KEY, VALUE);
    assertThat(Objects.requireNonNull(fixture.channels.get("node0")).isShutdown()).isFalse();
    left.close();
  }

  @Test
  void closingTheClientClosesEveryChannel() {
    cluster.lead(0, 2);
    client.put(KEY, VALUE);
    client.get(KEY, ConsistencyLevel.EVENTUAL);

    client.close();

    assertThat(fixture.channels).hasSize(2);
    assertThat(fixture.channels.values()).allMatch(channel -> channel.isTerminated());
  }

  @Test
  void anAddressThatCannotBeUsedIsNoHint() {
    client.put(KEY, VALUE);
    node(0).faults.add(FakeNode.refuse(FakeCluster.hint("not an address", 9, 7)));

    client.put(KEY, VALUE);

    assertThat(node(0).requests).hasSize(3);
  }

  @Test
  void aSeedByAnotherNameStaysTheWayToItsNode() {
    node(0).address = "10.0.0.1:7400"; // nobody can reach it by that

    client.put(KEY, VALUE);
    client.put(KEY, VALUE);

    assertThat(node(0).requests).hasSize(2);
    assertThat(fixture.channels.keySet()).containsExactly("node0");
    cluster.lead(0, 1);
    client.put(KEY, VALUE);
    cluster.lead(0, 0);
    client.put(KEY, VALUE); // node1 names the address
    assertThat(fixture.channels.keySet()).containsExactlyInAnyOrder("node0", "node1");
  }

  @Test
  void aSeedThatLeadsToSeveralNodesIsNotTakenForTheLeader() {
    node(0).address = "10.0.0.1:7400";
    client.put(KEY, VALUE);
    // The balancer behind it chooses node1 from now on, which knows that node0 leads.
    node(0).faults.add(FakeNode.refuse(FakeCluster.hint("10.0.0.1:7400", 1, 1)));

    client.put(KEY, VALUE);

    assertThat(fixture.channels.keySet()).containsExactlyInAnyOrder("node0", "10.0.0.1:7400");
    assertThat(fixture.timer.delaysNanos).containsExactly(0L);
  }

  @Test
  void anEventualReadAsksANodeThatHoldsTheShard() throws IOException {
    FakeNode outside = new FakeNode("outside", cluster);
    try (CairnClient other = over(List.of(outside))) {
      other.put(KEY, VALUE);
      other.get(KEY, ConsistencyLevel.EVENTUAL);

      assertThat(outside.describeCalls).isEqualTo(1);
      assertThat(outside.requests).isEmpty();
    } finally {
      outside.close();
    }
  }

  private CairnClient over(List<FakeNode> seeds) {
    Nodes known =
        new Nodes(
            seeds.stream()
                .map(seed -> new Node(seed.address, seed::channel, fixture.timer))
                .toList(),
            address ->
                fixture.nodes.stream()
                    .filter(node -> node.address.equals(address))
                    .map(node -> new Node(address, node::channel, fixture.timer))
                    .findFirst()
                    .orElse(null));
    return new CairnClient(
        new Connection(
            known,
            ClientFixture.options(Integer.MAX_VALUE, 100, pipelining),
            fixture.timer,
            () -> 0.5,
            ClientFixture.CLIENT_ID));
  }

  @Test
  void seedsOfDifferentClustersAreNotMixed() throws IOException {
    FakeNode first = new FakeNode();
    first.address = "first";
    FakeNode second = new FakeNode();
    second.address = "second";
    second.clusterId = "c2";
    try (CairnClient mixed = over(List.of(first, second))) {
      mixed.put(KEY, VALUE);
      first.server.shutdownNow();

      CairnException write =
          catchThrowableOfType(CairnException.class, () -> mixed.put(KEY, VALUE));
      CairnException read =
          catchThrowableOfType(
              CairnException.class, () -> mixed.get(KEY, ConsistencyLevel.EVENTUAL));

      String sentence =
          "second belongs to cluster c2, but this client talks to cluster c1: give it endpoints of"
              + " one cluster.";
      assertThat(write).isInstanceOf(UnavailableException.class);
      assertThat(write).hasMessageContaining(sentence);
      assertThat(read).hasMessageContaining(sentence);
      assertThat(second.requests).noneMatch(io.cairn.v1.PutRequest.class::isInstance);
    } finally {
      first.close();
      second.close();
    }
  }

  @Test
  void whatANodeOfAnotherClusterAnswersIsNotTaken() {
    client.put(KEY, VALUE);
    node(0).clusterId = "c2"; // its disk was emptied; the others are what they were
    cluster.lead(0, 1);

    assertThat(client.get(KEY, ConsistencyLevel.EVENTUAL)).isNotNull();

    assertThat(node(0).requests).hasSize(2);
    assertThat(node(1).requests).hasSize(1);
  }

  @Test
  void aCallThatOnlyAnotherClusterAnswersFailsWithAClearReason() {
    client.put(KEY, VALUE);
    fixture.nodes.forEach(node -> node.clusterId = "c2");
    fixture.timer.advance(TimeUnit.SECONDS.toNanos(1));

    CairnException thrown = catchThrowableOfType(CairnException.class, () -> client.get(KEY));

    assertThat(thrown.reason()).isEqualTo(Failure.OTHER_CLUSTER);
    assertThat(thrown.isRetryable()).isFalse();
    assertThat(thrown).hasMessageContaining(" belongs to cluster c2, but this client talks to");
  }
}
