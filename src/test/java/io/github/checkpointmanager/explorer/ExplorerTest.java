package io.github.checkpointmanager.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every interleaving of a few workers, within bounds: the production classes, from {@code
 * CheckpointManager} down, over the memory store. The rules, checked at every step and state:
 *
 * <ul>
 *   <li>A valid checkpoint is never replaced by another: between clears, exactly one becomes
 *       visible. (Damage by a stranger ends its visibility.)
 *   <li>Fencing tokens grow in the order in which the claims landed, across clears too.
 *   <li>A clear or purge without force ends no valid claim, unless the stage has a checkpoint that
 *       is as new: its holder may not have heard yet that it has completed the stage.
 *   <li>At any moment at most one worker's {@code isValid()} is true, if each asks at every moment
 *       at which its machine runs, and its clocks err by less than the margin. Claims that a clear
 *       deleted do not count: their holders find out at their next renewal.
 *   <li>No claim that was taken before is written over one taken after it, or where one was
 *       deleted.
 *   <li>A worker that reports a save has saved; the winner that a report names has saved; a worker
 *       that reports that nothing was saved has not saved, and no write of it is under way.
 *   <li>Whoever runs a completed stage again has a claim that is newer than the checkpoint, by the
 *       store's second, before it works, and replaces the checkpoint that it saw and no other. A
 *       restore replaces no checkpoint under such a claim that it has read.
 *   <li>Once a worker has begun the stage that may begin it once, nobody begins it again.
 *   <li>No worker begins to execute a stage that was completed when the worker looked, after it
 *       claimed. A worker that decides to complete without a claim saves nothing. But a worker that
 *       froze after its last renewal may still complete first: then its checkpoint stays, and its
 *       successor gets the name of the winner.
 * </ul>
 */
class ExplorerTest {
  /** Whether budgets are larger than in {@code mvn verify}: {@link Scenarios#larger}. */
  private static final boolean LARGER = Boolean.getBoolean("checkpoint.explorer.larger");

  /**
   * Once a rule is broken the other scenarios are not explored: that would take long and show
   * nothing new.
   */
  private static final AtomicBoolean BROKEN = new AtomicBoolean();

  /**
   * How far an exploration reached when it was last looked at. Each number is the same on every
   * run.
   *
   * @param states distinct states
   * @param valid states in which some worker has a valid claim
   */
  private record Reach(int states, int valid) {
    /** So that a change of the protocol may save a few states, but a rule cannot lose its cases. */
    Reach floor() {
      return new Reach(states / 10 * 9, valid / 10 * 9);
    }
  }

  private static final Map<String, Reach> REACHED =
      Map.ofEntries(
          Map.entry("three workers save without claims, while another clears", new Reach(2464, 0)),
          Map.entry("three workers claim, and their leases expire", new Reach(150701, 97608)),
          Map.entry(
              "three workers claim, and two messages are lost or late", new Reach(128992, 98943)),
          Map.entry("three workers claim and may fail", new Reach(16918, 8490)),
          Map.entry(
              "two workers claim, are suspended or cut off, and leases expire",
              new Reach(51545, 32029)),
          Map.entry("two workers claim, crash, and are started again", new Reach(352908, 184896)),
          Map.entry(
              "two workers claim, crash, are started again, and prove their deaths",
              new Reach(583684, 303712)),
          Map.entry("a worker's clocks are slow by less than the margin", new Reach(63543, 38703)),
          Map.entry("two workers claim while a third clears", new Reach(38375, 20882)),
          Map.entry("two workers claim while a third clears by force", new Reach(35314, 14529)),
          Map.entry(
              "two workers claim while a third clears by releasing claims",
              new Reach(45836, 23366)),
          Map.entry(
              "two workers run a completed stage again while a third clears",
              new Reach(152349, 69136)),
          Map.entry(
              "two workers run a completed stage again while a third clears by releasing claims",
              new Reach(186107, 74548)),
          Map.entry(
              "two workers run a completed stage again while a third purges",
              new Reach(223177, 95744)),
          Map.entry(
              "two workers run a completed stage again while a third restores an older checkpoint",
              new Reach(60288, 24788)),
          Map.entry(
              "a worker runs a stage again that was completed in this second, while another clears",
              new Reach(289070, 126416)),
          Map.entry(
              "two workers may begin the stage once, crash, and are started again",
              new Reach(70905, 17457)),
          Map.entry(
              "two workers watch each other's claims on a store without a clock",
              new Reach(60_553, 20324)),
          Map.entry(
              "a worker completes beside its heartbeat while another claims",
              new Reach(140371, 77962)),
          Map.entry(
              "three workers repair a damaged record, and one more is damaged",
              new Reach(56952, 41740)));

  /** The smallest first, so that a violation is found soon. */
  static List<Scenario> scenarios() {
    return (LARGER ? Scenarios.larger() : Scenarios.all())
        .stream()
            .sorted(
                Comparator.comparing(
                    scenario -> REACHED.getOrDefault(scenario.name(), new Reach(0, 0)).states()))
            .toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyInterleaving_keepsTheRules(Scenario scenario) {
    assertThat(BROKEN).as("another scenario broke a rule; this one is not explored").isFalse();
    Explorer explorer = new Explorer(scenario);

    Optional<String> violation = violation(explorer);
    BROKEN.set(violation.isPresent());
    assertThat(violation).as(scenario.name()).isEmpty();

    Counts counts = explorer.counts();
    System.out.printf(
        "explored %d executions, %d distinct states, 0 violations: %s (%d runs of the production"
            + " code, %d states with a valid claim)%n",
        counts.steps(), counts.states(), scenario, counts.runs(), counts.valid());
    Reach floor = Objects.requireNonNull(REACHED.get(scenario.name())).floor();
    assertThat(counts.states()).as("states of %s", scenario).isGreaterThanOrEqualTo(floor.states());
    assertThat(counts.valid())
        .as("states with a valid claim of %s", scenario)
        .isGreaterThanOrEqualTo(floor.valid());
  }

  @Test
  void everyScenario_isExplored() {
    assertThat(scenarios()).extracting(Scenario::name).hasSameElementsAs(REACHED.keySet());
  }

  private static Optional<String> violation(Explorer explorer) {
    SuppressedStderr quiet = new SuppressedStderr();
    ScriptedRandomness numbers = new ScriptedRandomness();
    try {
      return explorer.run();
    } finally {
      numbers.close();
      quiet.close();
    }
  }

  private static Optional<String> violation(Program... programs) {
    return violation(
        new Explorer(
            new Scenario(
                "broken",
                List.of(programs),
                List.of(1000, 1000),
                List.of(9_000),
                new Budget(1, 1, 0, 0),
                StoreImage.EMPTY,
                true)));
  }

  @Test
  void workersThatReplaceTheCurrentCheckpoint_areFound() {
    Program replaces =
        context -> {
          context.pause("starts");
          try {
            SaveResult mine = context.manager().save(Scenario.STAGE);
            if (mine.outcome() == SaveResult.Outcome.ALREADY_SAVED) {
              mine = context.manager().replace(mine.checkpoint().orElseThrow(), SaveOptions.none());
            }
            return new Report(
                Report.Outcome.SAVED, mine.checkpoint().orElseThrow().writeId().orElseThrow());
          } catch (CheckpointException e) {
            return Report.of(e);
          }
        };

    assertThat(violation(replaces, replaces))
        .hasValueSatisfying(trace -> assertThat(trace).contains("one checkpoint between clears"));
  }

  @Test
  void workersThatGuess_areFound() {
    Program guesses =
        context -> {
          context.pause("starts");
          try {
            context.manager().save(Scenario.STAGE);
            return Report.of(Report.Outcome.BUSY);
          } catch (CheckpointException e) {
            return Report.of(Report.Outcome.FAILED);
          }
        };

    assertThat(violation(guesses, Programs.SAVES))
        .hasValueSatisfying(trace -> assertThat(trace).contains("what is reported not saved"));
  }

  @Test
  void theTraceOfAViolation_isTheSameEveryTime() {
    Program denies =
        context -> {
          context.pause("starts");
          context.manager().save(Scenario.STAGE);
          return Report.of(Report.Outcome.FAILED);
        };

    assertThat(violation(denies, Programs.SAVES))
        .isPresent()
        .isEqualTo(violation(denies, Programs.SAVES));
  }
}
