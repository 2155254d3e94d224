package io.cairn.replication.simulator.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for an order of the operations of one key in which each finds what it needs, and that
 * respects real time: depth first, one operation placed after the other, a configuration (what is
 * placed, which state that left) never visited twice (Wing and Gong, with the memory that Lowe
 * added). What makes it fast:
 *
 * <ul>
 *   <li>An operation that changes nothing is placed as soon as it may be and fits: that never
 *       hurts. So there is a choice between changes only.
 *   <li>Of several changes of the same kind only the one that returned first is tried: an order
 *       with another one first is as good with the two exchanged.
 *   <li>An optional change is placed only where the state that it leaves is seen at once: else it
 *       is as good to leave it out.
 *   <li>A configuration is given up too when a visited one differs only by having used less of what
 *       is optional.
 *   <li>A state that somebody still has to see is not left when nobody can bring it back in time.
 * </ul>
 *
 * The stack is a list, so the length of a history is not limited by that of the thread's stack.
 */
final class Search {

  enum Outcome {
    PLACED,
    IMPOSSIBLE,
    /** Gave up. */
    UNDECIDED
  }

  /** What is placed of the required operations, from the first open one on, and what that left. */
  private record Configuration(int firstOpen, BitSet placedFrom, int state, boolean mustBeSeen) {}

  /** Where a choice was made: what can be chosen, and how it was before. */
  private static final class Choice {
    final int[] changes;
    final int state;
    final int firstOpen;
    final int placedCount;
    int next;

    Choice(int[] changes, int state, int firstOpen, int placedCount) {
      this.changes = changes;
      this.state = state;
      this.firstOpen = firstOpen;
      this.placedCount = placedCount;
    }
  }

  private final KeyHistory history;
  private final long maxConfigurations;
  private final boolean leavesNeededStates;

  private int state = KeyHistory.ABSENT;
  private final BitSet placed = new BitSet();
  private final BitSet placedOptional = new BitSet();

  /** The first required operation that is not placed. */
  private int firstOpen;

  private int openRequired;
  private final int[] order;
  private int orderSize;

  /** The next optional operation of each kind. */
  private final int[] nextOptional;

  private final Demand demand;

  /** With what had been placed of the optional ones. */
  private final Map<Configuration, List<BitSet>> visited = new HashMap<>();

  private long configurations;
  private final ArrayDeque<Choice> choices = new ArrayDeque<>();

  private int longestRequired = -1;
  private int[] longest = new int[0];

  /**
   * @param leavesNeededStates leaves out the last rule: slower, but an impossible read is then
   *     found where it is made, which reads better
   */
  Search(KeyHistory history, long maxConfigurations, boolean leavesNeededStates) {
    this.history = history;
    this.maxConfigurations = maxConfigurations;
    this.leavesNeededStates = leavesNeededStates;
    openRequired = history.required;
    order = new int[history.operations.size()];
    nextOptional = Arrays.copyOf(history.firstOptional, history.firstOptional.length - 1);
    demand = new Demand(history);
  }

  Outcome run() {
    if (!leavesNeededStates && !demand.canBeMet()) {
      return Outcome.IMPOSSIBLE;
    }
    descend();
    while (openRequired > 0) {
      Choice choice = choices.getLast();
      if (choice.next == choice.changes.length) {
        keepLongest();
        choices.removeLast();
        if (choices.isEmpty()) {
          return Outcome.IMPOSSIBLE;
        }
        returnTo(choices.getLast());
      } else if (configurations >= maxConfigurations) {
        keepLongest();
        return Outcome.UNDECIDED;
      } else {
        place(choice.changes[choice.next++]);
        descend();
      }
    }
    keepLongest();
    return Outcome.PLACED;
  }

  /** Places what need not be chosen, and stands before the next choice if that is a new one. */
  private void descend() {
    long limit = placeWhatFits();
    if (visit()) {
      choices.addLast(new Choice(changes(limit), state, firstOpen, orderSize));
    } else {
      returnTo(choices.getLast());
    }
  }

  /** Returns false when going on from here is not better than what was tried before. */
  private boolean visit() {
    BitSet placedFrom = placed.get(firstOpen, Math.max(firstOpen, placed.length()));
    Configuration here = new Configuration(firstOpen, placedFrom, state, mustBeSeen());
    List<BitSet> before = visited.computeIfAbsent(here, h -> new ArrayList<>(1));
    for (int i = 0; i < before.size(); i++) {
      BitSet more = (BitSet) before.get(i).clone();
      more.andNot(placedOptional);
      if (more.isEmpty()) {
        return false;
      }
    }
    before.add((BitSet) placedOptional.clone());
    // Comparing is work as well.
    configurations += 1 + before.size() / 4;
    return true;
  }

  /** The last operation is an optional change, and nobody has seen it yet. */
  private boolean mustBeSeen() {
    return orderSize > 0 && history.isOptional(order[orderSize - 1]);
  }

  /**
   * Returns when the first open operation returned: what was invoked later cannot be placed yet.
   * One pass is enough: what did not fit does not fit later, since the state stays the same, and
   * what was placed keeps nobody waiting.
   */
  private long placeWhatFits() {
    long limit = OperationRecord.OPEN;
    for (int i = firstOpen; i < history.required && history.invokeTimes[i] <= limit; ) {
      if (history.changesNothing(i) && history.fits(i, state)) {
        place(i);
      } else {
        limit = Math.min(limit, history.returnTimes[i]);
      }
      i = placed.nextClearBit(i + 1);
    }
    return limit;
  }

  /** The changes to try, that which returned first first. */
  private int[] changes(long limit) {
    List<Integer> changes = new ArrayList<>();
    for (int i = firstOpen;
        i < history.required && history.invokeTimes[i] <= limit;
        i = placed.nextClearBit(i + 1)) {
      if (mayBePlaced(i)) {
        changes.add(i);
      }
    }
    for (int kind : history.optionalKinds) {
      int i = nextOptional[kind];
      if (i < history.firstOptional[kind + 1]
          && history.invokeTimes[i] <= limit
          && history.after[i] != state
          && mayBePlaced(i)) {
        changes.add(i);
      }
    }
    changes.sort(Comparator.comparingLong(i -> history.returnTimes[i]));
    BitSet kinds = new BitSet();
    changes.removeIf(
        i -> {
          boolean first = !kinds.get(history.kinds[i]);
          kinds.set(history.kinds[i]);
          return !first;
        });
    return changes.stream().mapToInt(i -> i).toArray();
  }

  private boolean mayBePlaced(int i) {
    if (history.changesNothing(i) || !history.fits(i, state)) {
      return false;
    }
    if (mustBeSeen() && history.needs[i] != state) {
      return false;
    }
    return leavesNeededStates || history.after[i] == state || demand.allowsToLeave(state, i);
  }

  private void place(int i) {
    order[orderSize++] = i;
    demand.onPlaced(i);
    if (history.isOptional(i)) {
      nextOptional[history.kinds[i]]++;
      placedOptional.set(i - history.required);
    } else {
      openRequired--;
      placed.set(i);
      firstOpen = placed.nextClearBit(firstOpen);
    }
    if (!history.changesNothing(i)) {
      state = history.after[i];
    }
  }

  private void returnTo(Choice choice) {
    while (orderSize > choice.placedCount) {
      int i = order[--orderSize];
      demand.onTakenBack(i);
      if (history.isOptional(i)) {
        nextOptional[history.kinds[i]]--;
        placedOptional.clear(i - history.required);
      } else {
        openRequired++;
        placed.clear(i);
      }
    }
    state = choice.state;
    firstOpen = choice.firstOpen;
  }

  private void keepLongest() {
    int placedRequired = history.required - openRequired;
    if (placedRequired > longestRequired) {
      longestRequired = placedRequired;
      longest = Arrays.copyOf(order, orderSize);
    }
  }

  /** The longest order that was found; of the whole history when all was placed. */
  List<OperationRecord> longestOrder() {
    return Arrays.stream(longest).mapToObj(history.operations::get).toList();
  }

  long visitedConfigurations() {
    return configurations;
  }
}
