package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.Chronicle.Taking;
import io.github.checkpointmanager.internal.record.Header;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What must hold; see the test for the words. Each method throws {@link ViolationException}. */
final class Rules {
  private Rules() {}

  private static void require(boolean holds, String rule, Object... details) {
    if (!holds) {
      throw new ViolationException(rule + ": " + Arrays.toString(details));
    }
  }

  /** A write has landed on the checkpoint's key. */
  static void checkpointChanges(Optional<Content> before, Request write) {
    require(
        before.filter(Content::isCheckpoint).filter(c -> !c.equals(write.written())).isEmpty(),
        "one checkpoint between clears",
        write.written(),
        before);
  }

  /** A write has landed on the claim's key. */
  static void claimChanges(Optional<Content> before, Request write, Chronicle chronicle) {
    String owner = write.written().header(Header.OWNER).orElseThrow();
    Optional<String> ownerBefore = before.flatMap(c -> c.header(Header.OWNER));
    if (ownerBefore.equals(Optional.of(owner))) {
      return;
    }
    require(
        chronicle.taking(owner).isEmpty(),
        "no older attempt replaces a newer one",
        write.written(),
        before);
  }

  /** A holder was told its token. */
  static void tokenTold(Chronicle chronicle, String owner) {
    List<Taking> told =
        chronicle.takings().stream().filter(t -> t.token() >= 0 && !t.young()).toList();
    for (int i = 1; i < told.size(); i++) {
      require(
          told.get(i - 1).token() < told.get(i).token(), "fencing tokens only grow", told, owner);
    }
  }

  /** A worker has begun to execute the stage. */
  static void executes(Round round, boolean completed) {
    require(!completed, "a completed stage is not run again", round);
  }

  /** A run has ended. */
  static void ended(Actor actor, Report report, World world) {
    Round round = actor.at().round();
    List<String> saved = world.chronicle().saved();
    boolean own = saved.stream().anyMatch(id -> Round.of(id).equals(round));
    if (report.end() == Report.End.SAVED) {
      require(!actor.dispossessed(), "who began to complete without a claim saves nothing", round);
      require(
          own && saved.contains(report.writeId()),
          "what is reported saved was visible",
          report,
          round,
          saved);
    }
    if (report.end() == Report.End.ALREADY_SAVED || report.end() == Report.End.SKIPPED) {
      require(
          saved.contains(report.writeId()) && !Round.of(report.writeId()).equals(round),
          "whose checkpoint is named was visible",
          report,
          round,
          saved);
    }
    if (report.deniesSaving()) {
      require(!own, "what is reported not saved never was", report, round);
      require(
          world.late().stream()
              .noneMatch(r -> r.key().equals(Scenario.CHECKPOINT) && isBy(round, r)),
          "what is reported not saved never will be",
          report,
          round);
    }
  }

  private static boolean isBy(Round round, Request request) {
    return request.content() != null
        && request.written().header(Header.WRITE_ID).map(Round::of).equals(Optional.of(round));
  }

  /** Any world; whether somebody has a valid claim. */
  static boolean valid(World world, Scenario scenario) {
    Actor first = null;
    for (Actor actor : world.actors()) {
      if (actor.owner().isEmpty()) {
        continue;
      }
      int rate = scenario.rates().get(actor.at().round().worker());
      if (actor.at().isValid(actor.clocks(world.time(), rate))
          && !world.chronicle().taking(actor.owner()).orElseThrow().deleted()) {
        require(
            first == null,
            "one valid claim at a time",
            first == null ? "" : first.at().round(),
            actor.at().round());
        first = actor;
      }
    }
    return first != null;
  }
}
