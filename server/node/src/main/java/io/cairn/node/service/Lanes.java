package io.cairn.node.service;

import io.cairn.node.shard.ReplyLane;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Knows the lane of the calling thread. */
public final class Lanes {
  private final List<EventExecutor> loops = new ArrayList<>();
  private final List<ReplyLane> lanes = new ArrayList<>();
  private final ThreadLocal<ReplyLane> current = ThreadLocal.withInitial(this::find);

  private Lanes() {}

  /** One lane for each event loop. */
  public static Lanes ofEventLoops(EventLoopGroup group) {
    Lanes lanes = new Lanes();
    for (EventExecutor loop : group) {
      lanes.lanes.add(new ReplyLane(lanes.loops.size(), loop, loop::inEventLoop));
      lanes.loops.add(loop);
    }
    return lanes;
  }

  /** One lane for the calls of this process. */
  public static Lanes ofExecutor(Executor executor) {
    Lanes lanes = new Lanes();
    lanes.lanes.add(new ReplyLane(0, executor, () -> false));
    return lanes;
  }

  ReplyLane current() {
    return current.get();
  }

  private ReplyLane find() {
    for (int i = 0; i < loops.size(); i++) {
      if (loops.get(i).inEventLoop()) {
        return lanes.get(i);
      }
    }
    return lanes.get(0);
  }
}
