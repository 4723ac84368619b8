package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.explorer.Report.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What workers do, by the public API. */
final class Programs {
  private static final Duration LEASE = Duration.ofSeconds(5);

  /** Claims the stage, executes it, and completes it; it may renew once before. */
  static final Program CLAIMS = context -> claims(context, List.of("completes", "renews"));

  /** Claims the stage, executes it, and completes it or fails. */
  static final Program CLAIMS_AND_MAY_FAIL =
      context -> claims(context, List.of("completes", "fails"));

  /** Saves without a claim, as plain workers do. */
  static final Program SAVES = Programs::saves;

  /** Runs the completed stage again, under a claim. */
  static final Program RERUNS = Programs::reruns;

  /** Clears the location, unless a worker holds the stage. */
  static final Program CLEARS =
      context -> clears(context, context.manager()::clear, ClearOptions.standard());

  /** Clears the location on a server that ignores the versions of deletions. */
  static final Program CLEARS_BY_RELEASING =
      context -> clears(context, context.releasingManager()::clear, ClearOptions.standard());

  /** Purges the location, unless a worker holds the stage. */
  static final Program PURGES =
      context -> clears(context, context.manager().history()::purgeAll, ClearOptions.standard());

  /** Clears the location by force. */
  static final Program CLEARS_BY_FORCE =
      context -> clears(context, context.manager()::clear, ClearOptions.standard().withForce());

  private Programs() {}

  private static Report reruns(ProgramContext context) {
    context.pause("starts");
    try {
      Optional<Checkpoint> seen = context.manager().get(Scenario.STAGE);
      return seen.isEmpty()
          ? Report.of(Outcome.BUSY)
          : claims(
              context,
              ClaimOptions.untilDeadline(LEASE).rerun(seen.get()),
              List.of("completes", "renews"));
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  private static Report claims(ProgramContext context, List<String> work) {
    context.pause("starts");
    return claims(context, ClaimOptions.untilDeadline(LEASE), work);
  }

  private static Report claims(ProgramContext context, ClaimOptions options, List<String> work) {
    try {
      ClaimResult taken = context.manager().claim(Scenario.STAGE, options);
      if (taken instanceof ClaimResult.Completed completed) {
        return new Report(Outcome.SKIPPED, completed.checkpoint().writeId().orElseThrow());
      }
      if (taken instanceof ClaimResult.Busy) {
        return Report.of(Outcome.BUSY);
      }
      Claim claim = ((ClaimResult.Held) taken).claim();
      context.holds(claim);
      context.executes();
      Report report = executesAndCloses(context, claim, work);
      claim.close();
      return report;
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  /** No try-with-resources: unwinding a program must not end its claim. */
  private static Report executesAndCloses(ProgramContext context, Claim claim, List<String> work) {
    try {
      return executes(context, claim, work);
    } catch (CheckpointException e) {
      claim.close();
      throw e;
    }
  }

  private static Report executes(ProgramContext context, Claim claim, List<String> work) {
    return switch (work.get(context.decide(work))) {
      case "renews" -> {
        claim.renew();
        yield executes(context, claim, List.of("completes"));
      }
      case "fails" -> {
        claim.fail(new IllegalStateException("the task failed"));
        yield Report.of(Outcome.GIVEN_UP);
      }
      default -> saved(claim.complete());
    };
  }

  private static Report saves(ProgramContext context) {
    context.pause("starts");
    try {
      return saved(context.manager().save(Scenario.STAGE));
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  private static Report saved(SaveResult result) {
    return new Report(
        result.outcome() == SaveResult.Outcome.SAVED ? Outcome.SAVED : Outcome.ALREADY_SAVED,
        result.checkpoint().orElseThrow().writeId().orElseThrow());
  }

  private static Report clears(
      ProgramContext context, Consumer<ClearOptions> clear, ClearOptions options) {
    context.pause("starts");
    try {
      clear.accept(options);
      return Report.of(Outcome.CLEARED);
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }
}
