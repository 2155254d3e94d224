package io.cairn.replication.simulator.history;

import io.cairn.replication.core.Consistency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Registers that take each operation at one moment between its invocation and its return, and
 * clients that use them, in an order that comes from a seed. Clients give up on some operations,
 * before or after they took effect; what was given up may take effect later. So the histories are
 * linearizable.
 */
final class RealRegisters {

  /** What the clients do. Chances in percent, for each operation. */
  record Load(int clients, int keys, int operations, int values, int giveUpChance, int casChance) {}

  private static final class Pending {
    final int id;
    final Invocation invocation;
    @Nullable Answer answer;

    Pending(int id, Invocation invocation) {
      this.id = id;
      this.invocation = invocation;
    }
  }

  private final Load load;
  private final Random random;
  private final History history = new History();
  private final Map<String, String> registers = new HashMap<>();
  private final List<Pending> abandoned = new ArrayList<>();
  private long now;
  private int writes;

  private RealRegisters(Load load, long seed) {
    this.load = load;
    random = new Random(seed);
  }

  static List<OperationRecord> history(Load load, long seed) {
    return new RealRegisters(load, seed).run();
  }

  private List<OperationRecord> run() {
    @Nullable Pending[] clients = new Pending[load.clients];
    int left = load.operations;
    while (left > 0) {
      now += random.nextInt(2);
      int client = random.nextInt(load.clients);
      Pending pending = clients[client];
      if (pending == null) {
        Invocation invocation = invocation(client);
        clients[client] = new Pending(history.invoke(now, invocation), invocation);
        left--;
      } else if (random.nextInt(100) < load.giveUpChance) {
        abandoned.add(pending);
        history.complete(pending.id, now, Answer.unknown());
        clients[client] = null;
      } else if (pending.answer == null) {
        takeEffect(pending);
      } else {
        history.complete(pending.id, now, pending.answer);
        clients[client] = null;
      }
      if (!abandoned.isEmpty() && random.nextInt(8) == 0) {
        Pending late = abandoned.remove(random.nextInt(abandoned.size()));
        if (late.answer == null) {
          takeEffect(late);
        }
      }
    }
    return history.operations();
  }

  private Invocation invocation(int client) {
    String key = "k" + random.nextInt(load.keys);
    Consistency level = random.nextInt(10) == 0 ? Consistency.EVENTUAL : Consistency.STRONG;
    int chance = random.nextInt(100);
    if (chance < load.casChance) {
      return new Invocation(client, key, Action.cas(guess(key), newValue()), level);
    } else if (chance < load.casChance + 3) {
      return new Invocation(client, key, Action.delete(), level);
    } else if (chance < load.casChance + 4) {
      return new Invocation(client, "", Action.clear(null), level);
    }
    boolean writes = random.nextBoolean();
    return new Invocation(client, key, writes ? Action.write(newValue()) : Action.read(), level);
  }

  private @Nullable String guess(String key) {
    return random.nextInt(4) == 0 ? "v1" : registers.get(key);
  }

  private String newValue() {
    return "v" + (load.values == 0 ? writes++ : random.nextInt(load.values));
  }

  private void takeEffect(Pending pending) {
    Invocation invocation = pending.invocation;
    Action action = invocation.action();
    String key = invocation.key();
    String state = registers.get(key);
    pending.answer = Answer.done();
    switch (action.kind()) {
      case READ -> pending.answer = Answer.value(state);
      case WRITE -> registers.put(key, Objects.requireNonNull(action.value()));
      case DELETE -> registers.remove(key);
      case CLEAR -> registers.clear();
      case CAS -> {
        boolean equal = Objects.equals(state, action.expected());
        pending.answer = Answer.cas(equal);
        if (equal) {
          registers.put(key, Objects.requireNonNull(action.value()));
        }
      }
    }
  }
}
