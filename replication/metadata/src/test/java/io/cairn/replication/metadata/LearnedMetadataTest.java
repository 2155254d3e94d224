package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ChangeResult.Applied;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.replication.core.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is no member, beside one that is. */
class LearnedMetadataTest extends MetadataQuorumContract {
  private final SoleMetadata member;
  private final LearnedMetadata learned;

  LearnedMetadataTest(@TempDir Path directory) throws IOException {
    member = SoleMetadata.open(1, directory.resolve("metadata"));
    learned = new LearnedMetadata(member::propose);
    member.listen(learned::learn);
  }

  @AfterEach
  void close() {
    learned.close();
    member.close();
  }

  @Override
  MetadataQuorum quorum() {
    return learned;
  }

  @Test
  void knowsWhatItIsToldAndNothingOlder() throws Exception {
    ClusterMetadata first = applied(Changes.minInsyncReplicas(1));
    ClusterMetadata second = applied(Changes.minInsyncReplicas(2));
    List<ClusterMetadata> heard = new ArrayList<>();
    LearnedMetadata alone = new LearnedMetadata(change -> new CompletableFuture<>());
    alone.listen(heard::add);
    alone.learn(second);
    alone.learn(first);
    alone.learn(second);
    assertThat(heard).containsExactly(ClusterMetadata.empty(), second);
  }

  @Test
  void knowsTheControllerFromOthers() {
    assertThat(learned.isController()).isFalse();
    assertThat(learned.controllerOrNone()).isZero();
    learned.learnController(1);
    assertThat(learned.controllerOrNone()).isEqualTo(1);
    assertThat(learned.isController()).isFalse();
  }

  @Test
  void learnsFromAnAnswerToo() {
    ClusterMetadata after =
        ((Applied) ClusterMetadata.empty().apply(Changes.minInsyncReplicas(1))).metadata();
    LearnedMetadata alone =
        new LearnedMetadata(change -> CompletableFuture.completedFuture(new Applied(after)));
    assertThat(alone.propose(Changes.minInsyncReplicas(1))).isCompleted();
    assertThat(alone.current()).isEqualTo(after);
  }

  @Test
  void aProposalThatWaitsFailsOnCloseAndAFailureOfTheWayIsUnavailability() {
    LearnedMetadata unanswered = new LearnedMetadata(change -> new CompletableFuture<>());
    CompletableFuture<ChangeResult> waiting = unanswered.propose(Changes.minInsyncReplicas(1));
    unanswered.close();
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(MetadataUnavailableException.class);

    LearnedMetadata broken =
        new LearnedMetadata(change -> CompletableFuture.failedFuture(new IOException("no way")));
    assertThatThrownBy(() -> broken.propose(Changes.minInsyncReplicas(1)).join())
        .hasCauseInstanceOf(MetadataUnavailableException.class)
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void proposalsThatWaitAreBounded() {
    LearnedMetadata unanswered = new LearnedMetadata(change -> new CompletableFuture<>());
    for (int i = 0; i < Pending.LIMIT; i++) {
      assertThat(unanswered.propose(Changes.minInsyncReplicas(i))).isNotDone();
    }
    assertThatThrownBy(() -> unanswered.propose(Changes.minInsyncReplicas(1)).join())
        .hasCauseInstanceOf(MetadataUnavailableException.class)
        .hasMessageContaining("not applied");
  }
}
