package io.cairn.replication.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.replication.core.metadata.MetadataQuorum;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members, seen from one that does not lead. */
class RatisMetadataTest extends MetadataQuorumContract {
  private final RatisCluster cluster;
  private final RatisMetadata quorum;

  RatisMetadataTest(@TempDir Path directory) throws IOException {
    cluster = RatisCluster.ofThree(directory);
    quorum = cluster.member(cluster.controller() % 3 + 1);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Override
  MetadataQuorum quorum() {
    return quorum;
  }

  @Test
  void oneIsTheControllerAndAllKnowWho() throws Exception {
    applied(Changes.minInsyncReplicas(1));
    int controller = cluster.controller();
    assertThat(cluster.members())
        .allSatisfy(
            member -> {
              assertThat(member.controllerOrNone()).isEqualTo(controller);
              assertThat(member.isController()).isEqualTo(member == cluster.member(controller));
              assertThat(member.members()).isEqualTo(cluster.peers);
            });
  }
}
