package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.explorer.Report.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What workers do, by the public API. */
final class Programs {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final ClaimOptions OPTIONS = ClaimOptions.untilDeadline(LEASE);

  /** Claims the stage, executes it, and completes it; it may renew once before. */
  static final Program CLAIMS = context -> claims(context, List.of("completes", "renews"));

  /** Claims the stage, executes it, and completes it or fails. */
  static final Program CLAIMS_AND_MAY_FAIL =
      context -> claims(context, List.of("completes", "fails"));

  /** As {@link #CLAIMS_AND_MAY_FAIL}; the stage may be begun once, whatever happens. */
  static final Program CLAIMS_ONCE =
      context -> {
        context.pause("starts");
        return claims(context, OPTIONS.atMostOnce(), List.of("completes", "fails"));
      };

  /** As {@link #CLAIMS}, and takes over at once from a run of this worker that has died. */
  static final Program CLAIMS_PROVING =
      context -> {
        context.pause("starts");
        return claims(
            context,
            () -> context.provingManager().claim(Scenario.STAGE, OPTIONS),
            List.of("completes", "renews"));
      };

  /** Claims the stage, and tries again while another holds it; it remembers what it has seen. */
  static final Program CLAIMS_WATCHING = Programs::watches;

  /**
   * Claims the stage and completes it, while its heartbeat renews the claim on another thread: one
   * of the two prepares a write, and the other sends its own before that is sent.
   */
  static final Program CLAIMS_WITH_HEARTBEAT = Programs::beats;

  /** Saves without a claim, as plain workers do. */
  static final Program SAVES = Programs::saves;

  /** Runs the completed stage again, under a claim. */
  static final Program RERUNS = Programs::reruns;

  /** Restores an older checkpoint, unless a worker runs the stage again. */
  static final Program RESTORES = Programs::restores;

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
      seen.ifPresent(context::sees);
      return seen.isEmpty()
          ? Report.of(Outcome.BUSY)
          : claims(context, OPTIONS.rerun(seen.get()), List.of("completes", "renews"));
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  private static Report claims(ProgramContext context, List<String> work) {
    context.pause("starts");
    return claims(context, OPTIONS, work);
  }

  private static Report claims(ProgramContext context, ClaimOptions options, List<String> work) {
    return claims(context, () -> context.manager().claim(Scenario.STAGE, options), work);
  }

  private static Report watches(ProgramContext context) {
    context.pause("starts");
    StageClaimer claimer = context.manager().claimer(Scenario.STAGE);
    Supplier<ClaimResult> claim =
        () -> {
          ClaimResult first = claimer.tryClaim(OPTIONS);
          if (!(first instanceof ClaimResult.Busy)) {
            return first;
          }
          context.pause("tries again");
          return claimer.tryClaim(OPTIONS);
        };
    return claims(context, claim, List.of("completes", "fails"));
  }

  private static Report claims(
      ProgramContext context, Supplier<ClaimResult> claiming, List<String> work) {
    try {
      ClaimResult taken = claiming.get();
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
      case "completes while the heartbeat renews" -> {
        List<String> moments = List.of("with the renewal", "with the checkpoint");
        boolean later = context.decide(moments) == 1;
        context.besideTheNextWrite(
            later ? () -> context.besideTheNextWrite(() -> beat(claim)) : () -> beat(claim));
        yield saved(claim.complete());
      }
      case "renews, and completes meanwhile" ->
          besideTheBeat(context, claim, () -> saved(claim.complete()));
      case "renews, and fails meanwhile" ->
          besideTheBeat(
              context,
              claim,
              () -> {
                claim.fail("the task failed");
                return Report.of(Outcome.GIVEN_UP);
              });
      case "renews, and releases meanwhile" ->
          besideTheBeat(
              context,
              claim,
              () -> {
                claim.release();
                return Report.of(Outcome.GIVEN_UP);
              });
      case "fails" -> {
        claim.fail(new IllegalStateException("the task failed"));
        yield Report.of(Outcome.GIVEN_UP);
      }
      default -> saved(claim.complete());
    };
  }

  private static Report beats(ProgramContext context) {
    return claims(
        context,
        List.of(
            "completes while the heartbeat renews",
            "renews, and completes meanwhile",
            "renews, and fails meanwhile",
            "renews, and releases meanwhile"));
  }

  /** The heartbeat's thread renews, and logs a failure. */
  private static void beat(Claim claim) {
    try {
      claim.renew();
    } catch (CheckpointException e) {
      if (e.kind() != CheckpointException.Kind.CLAIM_LOST && !isUnanswered(e)) {
        throw e;
      }
    }
  }

  private static boolean isUnanswered(CheckpointException e) {
    return e.kind() == CheckpointException.Kind.OUTCOME_UNKNOWN
        || e.kind() == CheckpointException.Kind.UNAVAILABLE;
  }

  /** What the worker does while the renewal of its heartbeat is on its way. */
  private static Report besideTheBeat(
      ProgramContext context, Claim claim, Supplier<Report> ending) {
    AtomicReference<@Nullable Report> end = new AtomicReference<>();
    AtomicReference<@Nullable CheckpointException> failure = new AtomicReference<>();
    context.besideTheNextWrite(
        () -> {
          try {
            end.set(ending.get());
          } catch (CheckpointException e) {
            failure.set(e);
          }
        });
    beat(claim);
    if (failure.get() != null) {
      throw failure.get();
    }
    // The lease was over before anything was sent.
    return end.get() == null ? ending.get() : end.get();
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

  private static Report restores(ProgramContext context) {
    context.pause("starts");
    try {
      context.manager().history().restore(Scenario.STAGE, "older");
      return Report.of(Outcome.CLEARED);
    } catch (CheckpointException e) {
      return Report.of(e);
    }
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
