package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;

/**
 * What is explored, and how far.
 *
 * @param name for messages
 * @param workers their programs
 * @param rates how fast each worker's clocks run, in thousandths of the true rate
 * @param steps by how much the time may advance at once, in milliseconds
 * @param budget how much of everything may happen
 * @param start what the store holds at first
 * @param clockTrusted whether readers are told the store's time
 */
record Scenario(
    String name,
    List<Program> workers,
    List<Integer> rates,
    List<Integer> steps,
    Budget budget,
    StoreImage start,
    boolean clockTrusted) {
  static final String STAGE = "train";
  static final String CHECKPOINT = STAGE + ".checkpoint";
  static final String CLAIM = STAGE + ".claim";

  /** When it begins, by the store's clock: late in a second, as it tells whole seconds. */
  private static final long BEGIN = 1_000_000_900;

  /** The store's clock, which tells whole seconds as that of S3. */
  static long storeTime(int now) {
    return (BEGIN + now) / 1000 * 1000;
  }

  /** Whether two workers may be exchanged for one another. */
  boolean alike(int one, int other) {
    return workers.get(one) == workers.get(other) && rates.get(one).equals(rates.get(other));
  }

  /** The same with more of everything that is not without end. */
  Scenario reaching(int more) {
    Budget further =
        new Budget(
            budget.faults() + more, budget.advances() + more, budget.damages(), budget.restarts());
    return new Scenario(name, workers, rates, steps, further, start, clockTrusted);
  }

  @Override
  public String toString() {
    return name;
  }

  World begin(Counts counts) {
    List<Actor> actors = new ArrayList<>();
    for (Program program : workers) {
      Round first = new Round(actors.size(), 0);
      actors.add(Actor.starting(LocalState.start(program, first, counts, clockTrusted), 0));
    }
    return new World(0, start, List.of(), List.copyOf(actors), Chronicle.EMPTY, budget);
  }
}
