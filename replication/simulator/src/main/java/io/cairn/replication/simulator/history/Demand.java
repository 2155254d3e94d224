package io.cairn.replication.simulator.history;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Of each state: which open operations still have to find it, and which can bring it about. */
final class Demand {
  private final KeyHistory history;

  /** Of each state, the required operations that need it, that which returns first first. */
  private final int[][] needing;

  /** Of each state, the operations that leave it, that which was invoked first first. */
  private final int[][] bringing;

  private final BitSet[] openNeeding;
  private final BitSet[] openBringing;

  /** Of each operation, its place in the above. */
  private final int[] needingPlaces;

  private final int[] bringingPlaces;

  Demand(KeyHistory history) {
    this.history = history;
    int size = history.operations.size();
    needingPlaces = new int[size];
    bringingPlaces = new int[size];
    List<Integer> byReturn =
        IntStream.range(0, history.required)
            .boxed()
            .sorted(Comparator.comparingLong(i -> history.returnTimes[i]))
            .toList();
    List<Integer> byInvocation =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingLong(i -> history.invokeTimes[i]))
            .toList();
    needing = byState(byReturn, history.needs, needingPlaces, history.states);
    bringing = byState(byInvocation, history.after, bringingPlaces, history.states);
    openNeeding = allOpen(needing);
    openBringing = allOpen(bringing);
  }

  private static int[][] byState(List<Integer> sorted, int[] stateOf, int[] places, int states) {
    int[] sizes = new int[states];
    for (int i : sorted) {
      if (stateOf[i] != KeyHistory.NONE) {
        places[i] = sizes[stateOf[i]]++;
      }
    }
    int[][] byState = new int[states][];
    for (int state = 0; state < states; state++) {
      byState[state] = new int[sizes[state]];
    }
    for (int i : sorted) {
      if (stateOf[i] != KeyHistory.NONE) {
        byState[stateOf[i]][places[i]] = i;
      }
    }
    return byState;
  }

  private static BitSet[] allOpen(int[][] byState) {
    BitSet[] open = new BitSet[byState.length];
    for (int state = 0; state < open.length; state++) {
      open[state] = new BitSet();
      open[state].set(0, byState[state].length);
    }
    return open;
  }

  void onPlaced(int i) {
    set(i, false);
  }

  void onTakenBack(int i) {
    set(i, true);
  }

  private void set(int i, boolean open) {
    if (!history.isOptional(i) && history.needs[i] != KeyHistory.NONE) {
      openNeeding[history.needs[i]].set(needingPlaces[i], open);
    }
    if (!history.changesNothing(i)) {
      openBringing[history.after[i]].set(bringingPlaces[i], open);
    }
  }

  /** Whether each state that is needed can be there in time; not asked of the first one. */
  boolean canBeMet() {
    return IntStream.range(KeyHistory.ABSENT + 1, history.states)
        .allMatch(state -> comesInTime(state, openNeeding[state].nextSetBit(0)));
  }

  /** Whether nobody but this operation still needs the state, or it can come again in time. */
  boolean allowsToLeave(int state, int operation) {
    int place = openNeeding[state].nextSetBit(0);
    if (place >= 0 && needing[state][place] == operation) {
      place = openNeeding[state].nextSetBit(place + 1);
    }
    return comesInTime(state, place);
  }

  /** The state must be brought by one that was invoked before the first that needs it returned. */
  private boolean comesInTime(int state, int needingPlace) {
    if (needingPlace < 0) {
      return true;
    }
    int bringingPlace = openBringing[state].nextSetBit(0);
    return bringingPlace >= 0
        && history.invokeTimes[bringing[state][bringingPlace]]
            <= history.returnTimes[needing[state][needingPlace]];
  }
}
