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

  /**
   * A write has landed on the checkpoint's key. A stage that is run again replaces what it saw. A
   * restore does not replace the same checkpoint under the claim of a worker that runs the stage
   * again, if it has read that claim.
   */
  static void checkpointChanges(
      Optional<Content> before, Request write, GlobalState state, Scenario scenario) {
    if (scenario.hasReruns()) {
      Actor writer = writer(state, write);
      if (scenario.workers().get(writer.at().run().worker()) == Programs.RERUNS) {
        require(
            before.isPresent() && before.equals(writer.at().seen()),
            "a run of a completed stage replaces the checkpoint that it saw",
            write.written(),
            before,
            writer.at().seen());
      } else {
        Optional<Content> claim = state.store().content(Scenario.CLAIM);
        require(
            claim.isEmpty()
                || !claim.equals(writer.at().lastRead(Scenario.CLAIM))
                || state.actors().stream()
                    .noneMatch(a -> isExecutingBy(claim.get(), a, state, scenario)),
            "a restore replaces no checkpoint while a worker runs its stage again",
            write.written(),
            claim);
      }
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

  private static boolean isExecutingBy(
      Content claim, Actor actor, GlobalState state, Scenario scenario) {
    int rate = scenario.rates().get(actor.at().run().worker());
    return actor.at().isRunning()
        && claim.header(Header.OWNER).equals(Optional.of(actor.owner()))
        && actor.at().seen().equals(state.store().content(Scenario.CHECKPOINT))
        && !hasSaved(state, actor)
        && actor.at().isValid(actor.clocks(state.time(), rate));
  }

  private static Actor writer(GlobalState state, Request write) {
    String id = write.written().header(Header.WRITE_ID).orElseThrow();
    return state.actors().get(WorkerRun.of(id).worker());
  }

  /** A worker has begun to execute the stage. */
  static void executes(Actor actor, boolean completed, GlobalState state, Scenario scenario) {
    require(
        !completed || scenario.hasReruns(), "a completed stage is not run again", actor.at().run());
    Optional<StoreImage.Stored> claim =
        state
            .store()
            .stored(Scenario.CLAIM)
            .filter(c -> c.content().header(Header.OWNER).equals(Optional.of(actor.owner())));
    Optional<StoreImage.Stored> checkpoint =
        state
            .store()
            .stored(Scenario.CHECKPOINT)
            .filter(c -> Optional.of(c.content()).equals(actor.at().seen()));
    if (claim.isPresent() && checkpoint.isPresent()) {
      require(
          claim.get().modified() > checkpoint.get().modified(),
          "who runs a completed stage again has a claim that is newer than the checkpoint",
          actor.at().run(),
          claim,
          checkpoint);
    }
    require(
        state.landed().begun() == 0,
        "nobody begins a stage again that a worker has begun who may begin it once",
        actor.at().run());
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
      boolean completes = scenario.hasReruns() && !actor.at().hasEnded() && hasSaved(state, actor);
      if (actor.owner().isEmpty() || completes) {
        continue; // it does not know yet that it has completed the stage, and others may go on
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
