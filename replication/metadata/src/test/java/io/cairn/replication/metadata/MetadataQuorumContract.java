package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ChangeResult.Refusal;
import io.cairn.replication.core.metadata.ChangeResult.Refused;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import io.cairn.replication.core.metadata.NodeChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every way to the metadata does. */
abstract class MetadataQuorumContract {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** One that proposals work on, without any metadata. */
  abstract MetadataQuorum quorum();

  @Test
  void aChangeIsAppliedByTheRulesAndKnownThen() throws Exception {
    ClusterMetadata after = applied(Changes.register(1, ClusterMetadata.empty()));
    assertThat(after)
        .isEqualTo(
            ((Applied) ClusterMetadata.empty().apply(Changes.register(1, ClusterMetadata.empty())))
                .metadata());
    await().atMost(LIMIT).until(() -> quorum().current().equals(after));
  }

  @Test
  void theRulesRefuse() throws Exception {
    ChangeResult result = result(new NodeChange.Remove(7));
    assertThat(result)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(Refusal.UNKNOWN_NODE);
              assertThat(refused.sentence()).contains("node 7");
            });
    assertThat(quorum().current()).isEqualTo(ClusterMetadata.empty());
  }

  @Test
  void aChangeThatChangesNothingAnswersTheMetadata() throws Exception {
    MetadataChange register = Changes.register(1, ClusterMetadata.empty());
    ClusterMetadata after = applied(register);
    assertThat(applied(register)).isEqualTo(after);
  }

  @Test
  void listenersHearTheCurrentVersionAtOnceAndNewerOnesInOrder() throws Exception {
    List<ClusterMetadata> early = new CopyOnWriteArrayList<>();
    quorum().listen(early::add);
    assertThat(early).hasSize(1);
    ClusterMetadata last = applied(Changes.minInsyncReplicas(1));
    for (int i = 2; i <= 20; i++) {
      last = applied(Changes.minInsyncReplicas(i));
    }
    ClusterMetadata newest = last;
    await().atMost(LIMIT).until(() -> early.get(early.size() - 1).equals(newest));
    assertThat(early).extracting(ClusterMetadata::version).isSorted().doesNotHaveDuplicates();
    List<ClusterMetadata> late = new CopyOnWriteArrayList<>();
    quorum().listen(late::add);
    assertThat(late).containsExactly(newest);
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromAnything() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    quorum()
        .listen(
            metadata -> {
              calls.incrementAndGet();
              throw new IllegalStateException("a listener that fails");
            });
    List<ClusterMetadata> heard = new CopyOnWriteArrayList<>();
    quorum().listen(heard::add);
    ClusterMetadata after = applied(Changes.minInsyncReplicas(1));
    await().atMost(LIMIT).until(() -> heard.contains(after));
    assertThat(calls).hasValue(2);
  }

  @Test
  void manyAtOnceAreOrdered() throws Exception {
    List<CompletableFuture<ChangeResult>> results = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      results.add(quorum().propose(Changes.minInsyncReplicas(i)));
    }
    List<Long> versions = new ArrayList<>();
    for (CompletableFuture<ChangeResult> result : results) {
      ChangeResult done = result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      versions.add(((Applied) done).metadata().version());
    }
    assertThat(versions)
        .doesNotHaveDuplicates()
        .allMatch(version -> 1 <= version && version <= 100);
    await().atMost(LIMIT).until(() -> quorum().current().version() == 100);
  }

  @Test
  void aListenerMayPropose() throws Exception {
    quorum()
        .listen(
            metadata -> {
              if (metadata.version() == 1) {
                assertThat(quorum().propose(Changes.minInsyncReplicas(2))).isNotNull();
              }
            });
    applied(Changes.minInsyncReplicas(1));
    await().atMost(LIMIT).until(() -> quorum().current().minInsyncReplicas() == 2);
  }

  @Test
  void afterClosingProposalsFailAndNobodyIsCalled() {
    List<ClusterMetadata> heard = new CopyOnWriteArrayList<>();
    quorum().listen(heard::add);
    quorum().close();
    heard.clear();
    CompletableFuture<ChangeResult> late = quorum().propose(Changes.minInsyncReplicas(1));
    assertThatThrownBy(() -> late.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(MetadataUnavailableException.class);
    assertThat(heard).isEmpty();
    quorum().close();
  }

  final ClusterMetadata applied(MetadataChange change) throws Exception {
    return ((Applied) result(change)).metadata();
  }

  final ChangeResult result(MetadataChange change) throws Exception {
    return quorum().propose(change).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
