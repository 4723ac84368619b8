package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of workers to explore, and the bounds.
 *
 * @param name for messages
 * @param workers their programs
 * @param rates how fast each worker's clocks run, in thousandths of the true rate
 * @param steps by how much the time may advance at once, in milliseconds
 * @param budget how many events of each kind may happen
 * @param start what the store holds at first
 * @param clockTrusted whether replies have the store's time
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

  /** What the stage's checkpoint was before all explored time. */
  static final Content OLDER = new Content("COMPLETED\nTimestamp: 2026-11-20T00:00:00Z\n");

  /** The start by the store's clock: late in a second, since that clock gives whole seconds. */
  private static final long BEGIN = 1_000_000_900;

  /** The store's clock, which gives whole seconds as that of S3. */
  static long storeTime(int now) {
    return (BEGIN + now) / 1000 * 1000;
  }

  /** Whether a worker clears by force, so that valid claims may be ended. */
  boolean hasForce() {
    return workers.contains(Programs.CLEARS_BY_FORCE);
  }

  /** Whether the stage is completed at first, and run again. */
  boolean hasReruns() {
    return workers.contains(Programs.RERUNS);
  }

  /** Whether two workers are interchangeable. */
  boolean alike(int one, int other) {
    return workers.get(one) == workers.get(other) && rates.get(one).equals(rates.get(other));
  }

  Scenario withOneMoreFault() {
    return with(
        new Budget(budget.faults() + 1, budget.advances(), budget.damages(), budget.restarts()));
  }

  Scenario withOneMoreAdvance() {
    return with(
        new Budget(budget.faults(), budget.advances() + 1, budget.damages(), budget.restarts()));
  }

  private Scenario with(Budget larger) {
    return new Scenario(name, workers, rates, steps, larger, start, clockTrusted);
  }

  /** Its name and budget. */
  @Override
  public String toString() {
    return name + " " + budget;
  }

  GlobalState begin(Counts counts) {
    List<Actor> actors = new ArrayList<>();
    for (Program program : workers) {
      WorkerRun first = new WorkerRun(actors.size(), 0);
      actors.add(Actor.starting(LocalState.start(program, first, counts, clockTrusted), 0));
    }
    return new GlobalState(0, start, List.of(), List.copyOf(actors), LandedWrites.EMPTY, budget);
  }
}
