package io.cairn.node.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.Operation;
import io.cairn.replication.core.Operation.ByteSource;
import io.cairn.replication.core.Proposal;
import io.cairn.replication.core.WriteResult;
import io.cairn.storage.InMemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReplicaThreadTest {
  private static final NodeConfig CONFIG = NodeConfigLoader.load(Map.of(), Map.of(), null).config();

  @TempDir Path directory;

  private final FailStop failStop = new FailStop(failure -> {});

  /** The answers are on their way to the network when the node fails. */
  @Test
  void afterAFailureNothingIsConfirmedAndEverybodyIsAnswered() {
    Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    ReplyLane lane = new ReplyLane(0, tasks::add, () -> false);
    List<WriteResult> answers = new ArrayList<>();
    Shards shards =
        ShardsTest.open(CONFIG, new TestEngines(directory, new InMemoryStore()), failStop);
    Shard shard = shards.all().get(0);

    shard.propose(
        new Proposal(
            Operation.delete(ByteSource.of(new byte[] {1}), Operation.NO_CLIENT, 0),
            Consistency.STRONG,
            Operation.NO_CLIENT,
            0,
            0,
            true,
            new Call(lane, answers)),
        lane);
    await().until(() -> tasks.size() == 1);
    shard.whenApplied(new Call(lane, answers));
    await().until(() -> tasks.size() == 2);
    failStop.fail("planted", new IllegalStateException());
    tasks.forEach(Runnable::run);

    assertThat(answers)
        .containsExactly(
            new WriteResult.Unknown(WriteResult.UnknownReason.STOPPED),
            new WriteResult.Refused(WriteResult.Refusal.NOT_SERVING));
    shards.stop(0);
  }

  private static final class Call extends PendingCall {
    private final List<WriteResult> answers;

    Call(ReplyLane lane, List<WriteResult> answers) {
      super(lane, System.nanoTime());
      this.answers = answers;
    }

    @Override
    protected void answer(WriteResult result) {
      answers.add(result);
    }
  }
}
