package io.cairn.replication.simulator;

import io.cairn.replication.core.Consistency;
import io.cairn.replication.core.WriteResult;
import io.cairn.replication.simulator.SimulatedStore.Versioned;
import io.cairn.replication.simulator.history.Action;
import io.cairn.replication.simulator.history.Answer;
import io.cairn.replication.simulator.history.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down what a client asks for and is told. A scan is written down as a read of each key. */
final class ClientHistory {

  private record Open(int operation, String key) {}

  private final Simulation simulation;
  private final long client;
  private final List<Open> open = new ArrayList<>();

  ClientHistory(Simulation simulation, long client) {
    this.simulation = simulation;
    this.client = client;
  }

  /**
   * @param key null for all
   */
  void beginRead(@Nullable String key, Consistency level) {
    open.clear();
    if (key == null) {
      for (String each : SimulatedClient.KEYS) {
        begin(each, Action.read(), level);
      }
    } else {
      begin(key, Action.read(), level);
    }
  }

  void beginWrite(String key, Action action, Consistency level) {
    open.clear();
    begin(key, action, level);
  }

  private void begin(String key, Action action, Consistency level) {
    Invocation invocation = new Invocation(client, key, action, level);
    open.add(new Open(simulation.history.invoke(simulation.nowMicros(), invocation), key));
  }

  void onAnswer(Request asked, Request.Answer answer) {
    if (asked.proposal() == null) {
      Map<String, Versioned> values = answer.values();
      for (Open read : open) {
        Versioned seen = values == null ? null : values.get(read.key);
        Answer found =
            Answer.value(seen == null ? null : seen.value())
                .from(answer.disk(), answer.epoch(), seen == null ? -1 : seen.offset());
        simulation.history.complete(read.operation, simulation.nowMicros(), found);
      }
    } else if (answer.result() instanceof WriteResult.Confirmed done) {
      simulation.counts.confirmedWrites++;
      complete(Answer.done().from(answer.disk(), answer.epoch(), done.offset()));
    } else {
      giveUp(true);
    }
  }

  /** Without an answer that settles it. */
  void giveUp(boolean maybeApplied) {
    complete(maybeApplied ? Answer.unknown() : Answer.failed());
  }

  private void complete(Answer answer) {
    for (Open operation : open) {
      simulation.history.complete(operation.operation, simulation.nowMicros(), answer);
    }
    open.clear();
  }
}
