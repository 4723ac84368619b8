package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.LandedWrites.Taking;
import io.github.checkpointmanager.internal.record.Header;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What must hold, as {@link ExplorerTest} says in words.
 *
 * <p>Each method throws {@link ViolationException} when a rule does not hold.
 */
final class Rules {
  private Rules() {}

  private static void require(boolean holds, String rule, Object... details) {
    if (!holds) {
      throw new ViolationException(rule + ": " + Arrays.toString(details));
    }
  }

  /** A write has landed on the checkpoint's key. A stage that is run again replaces what it saw. */
  static void checkpointChanges(Optional<Content> before, Request write, Scenario scenario) {
    if (scenario.hasReruns() && before.equals(Optional.ofNullable(write.expected()))) {
      return;
    }
    require(
        before.filter(Content::isCheckpoint).filter(c -> !c.equals(write.written())).isEmpty(),
        "one checkpoint between clears",
        write.written(),
        before);
  }

  /** A write has landed on the claim's key. */
  static void claimChanges(Optional<Content> before, Request write, LandedWrites landed) {
    String owner = write.written().header(Header.OWNER).orElseThrow();
    Optional<String> ownerBefore = before.flatMap(c -> c.header(Header.OWNER));
    if (ownerBefore.equals(Optional.of(owner))) {
      return;
    }
    require(
        landed.taking(owner).isEmpty(),
        "no older attempt replaces a newer one",
        write.written(),
        before);
  }

  /**
   * A clear has removed a claim. A claim whose stage has a checkpoint that is as new may be that of
   * the completion, of which its holder has not heard yet.
   */
  static void claimCleared(GlobalState state, Scenario scenario, String owner) {
    if (scenario.hasForce()) {
      return;
    }
    long claimed = state.store().stored(Scenario.CLAIM).orElseThrow().modified();
    boolean completed =
        state
            .store()
            .stored(Scenario.CHECKPOINT)
            .filter(stored -> stored.content().isCheckpoint() && stored.modified() >= claimed)
            .isPresent();
    for (Actor actor : state.actors()) {
      int rate = scenario.rates().get(actor.at().run().worker());
      require(
          completed
              || !actor.owner().equals(owner)
              || !actor.at().isValid(actor.clocks(state.time(), rate)),
          "a clear without force ends no valid claim",
          actor.at().run());
    }
  }

  /** A holder got its token. */
  static void tokenGiven(LandedWrites landed, String owner) {
    List<Taking> given = landed.takings().stream().filter(t -> t.token() >= 0).toList();
    for (int i = 1; i < given.size(); i++) {
      require(
          given.get(i - 1).token() < given.get(i).token(),
          "fencing tokens only grow",
          given,
          owner);
    }
  }

  /** A worker has begun to execute the stage. */
  static void executes(WorkerRun run, boolean completed, Scenario scenario) {
    require(!completed || scenario.hasReruns(), "a completed stage is not run again", run);
  }

  /** A run has ended. */
  static void ended(Actor actor, Report report, GlobalState state) {
    WorkerRun run = actor.at().run();
    List<String> saved = state.landed().saved();
    boolean own = saved.stream().anyMatch(id -> WorkerRun.of(id).equals(run));
    if (report.outcome() == Report.Outcome.SAVED) {
      require(
          !actor.withoutClaim(), "a run that began to complete without a claim saves nothing", run);
      require(
          own && saved.contains(report.writeId()),
          "a checkpoint reported as saved was visible",
          report,
          run,
          saved);
    }
    if (report.outcome() == Report.Outcome.ALREADY_SAVED
        || report.outcome() == Report.Outcome.SKIPPED) {
      require(
          saved.contains(report.writeId()) && !WorkerRun.of(report.writeId()).equals(run),
          "a checkpoint that is named was visible",
          report,
          run,
          saved);
    }
    if (report.deniesSaving()) {
      require(!own, "what is reported not saved never was", report, run);
      require(
          state.late().stream().noneMatch(r -> r.key().equals(Scenario.CHECKPOINT) && isBy(run, r)),
          "what is reported not saved never will be",
          report,
          run);
    }
  }

  private static boolean hasSaved(GlobalState state, Actor actor) {
    return state.landed().saved().stream()
        .anyMatch(id -> WorkerRun.of(id).equals(actor.at().run()));
  }

  private static boolean isBy(WorkerRun run, Request request) {
    return request.content() != null
        && request.written().header(Header.WRITE_ID).map(WorkerRun::of).equals(Optional.of(run));
  }

  /** Checks any state; returns whether some worker has a valid claim. */
  static boolean valid(GlobalState state, Scenario scenario) {
    Actor first = null;
    for (Actor actor : state.actors()) {
      if (actor.owner().isEmpty() || (scenario.hasReruns() && hasSaved(state, actor))) {
        continue; // the next run of the stage takes over a claim that has completed it
      }
      int rate = scenario.rates().get(actor.at().run().worker());
      if (actor.at().isValid(actor.clocks(state.time(), rate))
          && !state.landed().taking(actor.owner()).orElseThrow().deleted()) {
        require(
            first == null,
            "one valid claim at a time",
            first == null ? "" : first.at().run(),
            actor.at().run());
        first = actor;
      }
    }
    return first != null;
  }
}
