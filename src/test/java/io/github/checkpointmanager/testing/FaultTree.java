package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/**
 * Runs an operation without faults, then with every fault at every call, then again with every
 * further fault at every later call, since a fault leads to calls that are not made without it. One
 * read at most is cut: a store that cuts twice in the same way looks like one that holds damaged
 * bytes.
 */
public final class FaultTree {
  private static final List<Fault> OF_WRITES =
      List.of(
          Fault.FAIL_BEFORE,
          Fault.LOSE_REPLY,
          Fault.LOSE_REQUEST,
          Fault.LAND_BEFORE_NEXT_CALL,
          Fault.LAND_LATE,
          Fault.CONTEND);
  private static final List<Fault> OF_READS =
      List.of(Fault.FAIL_BEFORE, Fault.READ_STALE, Fault.READ_CUT);

  private final Function<SortedMap<Integer, Fault>, List<Call>> operation;
  private int runs;

  private FaultTree(Function<SortedMap<Integer, Fault>, List<Call>> operation) {
    this.operation = operation;
  }

  /**
   * Runs all.
   *
   * @param faults how many in one run at most
   * @param operation runs once with the given faults by call index, and says which calls it made
   * @return the number of runs
   */
  public static int explore(int faults, Function<SortedMap<Integer, Fault>, List<Call>> operation) {
    var tree = new FaultTree(operation);
    tree.run(new TreeMap<>(), faults);
    return tree.runs;
  }

  /**
   * Runs all, and with the faults of each run what another does meanwhile.
   *
   * @param meanwhile gets the faults and the index of the call before which the other comes: each
   *     of the run's calls, and one behind the last
   * @return the number of runs, without those of {@code meanwhile}
   */
  public static int explore(
      int faults,
      Function<SortedMap<Integer, Fault>, List<Call>> operation,
      ObjIntConsumer<SortedMap<Integer, Fault>> meanwhile) {
    return explore(
        faults,
        plan -> {
          List<Call> calls = operation.apply(plan);
          for (int index = 0; index <= calls.size(); index++) {
            meanwhile.accept(plan, index);
          }
          return calls;
        });
  }

  private void run(SortedMap<Integer, Fault> plan, int more) {
    List<Call> calls = operation.apply(plan);
    runs++;
    if (more == 0) {
      return;
    }
    int first = plan.isEmpty() ? 0 : plan.lastKey() + 1;
    for (Call call : calls.subList(Math.min(first, calls.size()), calls.size())) {
      for (Fault fault : call.operation().isWrite() ? OF_WRITES : OF_READS) {
        if (fault == Fault.READ_CUT && plan.containsValue(fault)) {
          continue;
        }
        var longer = new TreeMap<>(plan);
        longer.put(call.index(), fault);
        run(longer, more - 1);
      }
    }
  }
}
