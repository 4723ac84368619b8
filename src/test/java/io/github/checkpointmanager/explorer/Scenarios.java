package io.github.checkpointmanager.explorer;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is explored. A lease is 5 s and its margin 2 s, so a claim can be taken over from 7 s after
 * it was written.
 */
final class Scenarios {
  private static final StoreImage DAMAGED =
      StoreImage.EMPTY.with(Scenario.CHECKPOINT, Transitions.DAMAGED, Scenario.storeTime(0));

  private static final String LOST_MESSAGES =
      "three workers claim, and two messages are lost or late";

  private Scenarios() {}

  static List<Scenario> all() {
    return List.of(
        of(
            "three workers save without claims, while another clears",
            workers(Programs.SAVES, Programs.SAVES, Programs.SAVES, Programs.CLEARS),
            List.of(3_000),
            new Budget(2, 0, 0, 0)),
        of(
            "three workers claim, and their leases expire",
            workers(Programs.CLAIMS, Programs.CLAIMS, Programs.CLAIMS),
            List.of(9_000),
            new Budget(0, 1, 0, 0)),
        of(
            LOST_MESSAGES,
            workers(Programs.CLAIMS, Programs.CLAIMS, Programs.CLAIMS),
            List.of(9_000),
            new Budget(2, 0, 0, 0)),
        of(
            "three workers claim and may fail",
            workers(
                Programs.CLAIMS_AND_MAY_FAIL,
                Programs.CLAIMS_AND_MAY_FAIL,
                Programs.CLAIMS_AND_MAY_FAIL),
            List.of(3_000),
            new Budget(1, 0, 0, 0)),
        of(
            "two workers claim, are suspended or cut off, and leases expire",
            workers(Programs.CLAIMS, Programs.CLAIMS),
            List.of(9_000),
            new Budget(1, 1, 0, 0)),
        of(
            "two workers claim, crash, and are started again",
            workers(Programs.CLAIMS, Programs.CLAIMS),
            List.of(9_000),
            new Budget(1, 1, 0, 1)),
        of(
            "two workers claim, crash, are started again, and prove their deaths",
            workers(Programs.CLAIMS_PROVING, Programs.CLAIMS_PROVING),
            List.of(9_000),
            new Budget(1, 1, 0, 1)),
        slowClock(),
        of(
            "two workers claim while a third clears",
            workers(Programs.CLAIMS, Programs.CLAIMS, Programs.CLEARS),
            List.of(9_000),
            new Budget(0, 1, 0, 0)),
        of(
            "two workers claim while a third clears by force",
            workers(Programs.CLAIMS, Programs.CLAIMS, Programs.CLEARS_BY_FORCE),
            List.of(6_000),
            new Budget(0, 1, 0, 0)),
        of(
            "two workers claim while a third clears by releasing claims",
            workers(Programs.CLAIMS, Programs.CLAIMS, Programs.CLEARS_BY_RELEASING),
            List.of(9_000),
            new Budget(0, 1, 0, 0)),
        rerun("two workers run a completed stage again while a third clears", Programs.CLEARS),
        rerun(
            "two workers run a completed stage again while a third clears by releasing claims",
            Programs.CLEARS_BY_RELEASING),
        rerun("two workers run a completed stage again while a third purges", Programs.PURGES),
        rerun(
            "two workers run a completed stage again while a third restores an older checkpoint",
            Programs.RESTORES),
        rerunAtOnce(),
        of(
            "two workers may begin the stage once, crash, and are started again",
            workers(Programs.CLAIMS_ONCE, Programs.CLAIMS_AND_MAY_FAIL),
            List.of(9_000),
            new Budget(1, 1, 0, 1)),
        withoutClock(),
        of(
            "a worker completes beside its heartbeat while another claims",
            workers(Programs.CLAIMS_WITH_HEARTBEAT, Programs.CLAIMS),
            List.of(9_000),
            new Budget(1, 1, 0, 0)),
        damage());
  }

  /** The checkpoint is of the second in which the workers begin. */
  private static Scenario rerunAtOnce() {
    return new Scenario(
        "a worker runs a stage again that was completed in this second, while another clears",
        workers(Programs.RERUNS, Programs.CLEARS),
        List.of(1000, 1000),
        List.of(1_000, 9_000),
        new Budget(0, 3, 0, 0),
        StoreImage.EMPTY.with(
            Scenario.CHECKPOINT, new Content("COMPLETED\n"), Scenario.storeTime(0)),
        true);
  }

  /** Only who watches a claim finds out that it has expired. */
  private static Scenario withoutClock() {
    return new Scenario(
        "two workers watch each other's claims on a store without a clock",
        workers(Programs.CLAIMS_WATCHING, Programs.CLAIMS_WATCHING),
        List.of(1000, 1000),
        List.of(3_000, 6_000),
        new Budget(0, 2, 0, 0),
        StoreImage.EMPTY,
        false);
  }

  /** The checkpoint is some seconds old, so that a claim is newer by the store's second. */
  private static Scenario rerun(String name, Program clears) {
    return new Scenario(
        name,
        workers(Programs.RERUNS, Programs.RERUNS, clears),
        List.of(1000, 1000, 1000),
        List.of(9_000),
        new Budget(0, 1, 0, 0),
        StoreImage.EMPTY.with(
            Scenario.CHECKPOINT, new Content("COMPLETED\n"), Scenario.storeTime(-5_000)),
        true);
  }

  /**
   * Each scenario with one more fault, and each with one more advance of the time: up to 12 million
   * states in 2 GB. Both at once, and one more advance where messages of three workers are lost,
   * are more than 8 GB hold.
   */
  static List<Scenario> larger() {
    return Stream.concat(
            all().stream().map(Scenario::withOneMoreFault),
            all().stream()
                .filter(scenario -> !scenario.name().equals(LOST_MESSAGES))
                .map(Scenario::withOneMoreAdvance))
        .toList();
  }

  /** So slow that a lease just ends within its margin: 5 s on this clock are 7.1 s. */
  private static Scenario slowClock() {
    return new Scenario(
        "a worker's clocks are slow by less than the margin",
        workers(Programs.CLAIMS, Programs.CLAIMS),
        List.of(715, 1000),
        List.of(3_000, 6_000),
        new Budget(0, 2, 0, 0),
        StoreImage.EMPTY,
        true);
  }

  private static Scenario damage() {
    return new Scenario(
        "three workers repair a damaged record, and one more is damaged",
        workers(Programs.CLAIMS, Programs.SAVES, Programs.SAVES),
        List.of(1000, 1000, 1000),
        List.of(9_000),
        new Budget(1, 0, 1, 0),
        DAMAGED,
        true);
  }

  private static Scenario of(
      String name, List<Program> workers, List<Integer> steps, Budget budget) {
    List<Integer> rates = Collections.nCopies(workers.size(), 1000);
    return new Scenario(name, workers, rates, steps, budget, StoreImage.EMPTY, true);
  }

  private static List<Program> workers(Program... programs) {
    return List.of(programs);
  }
}
