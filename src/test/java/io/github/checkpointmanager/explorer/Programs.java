package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.explorer.Report.End;
import java.time.Duration;
import java.util.List;

/** What workers do, by the public API. */
final class Programs {
  private static final Duration LEASE = Duration.ofSeconds(5);

  /** Claims the stage, executes it, and completes it; it may renew once before. */
  static final Program CLAIMS = seat -> claims(seat, List.of("completes", "renews"));

  /** Claims the stage, executes it, and completes it or fails. */
  static final Program CLAIMS_AND_MAY_FAIL = seat -> claims(seat, List.of("completes", "fails"));

  /** Saves without a claim, as plain workers do. */
  static final Program SAVES = Programs::saves;

  /** Clears the location, unless somebody works on the stage. */
  static final Program CLEARS = seat -> clears(seat, ClearOptions.standard());

  /** Clears the location by force. */
  static final Program CLEARS_BY_FORCE = seat -> clears(seat, ClearOptions.standard().withForce());

  private Programs() {}

  private static Report claims(Seat seat, List<String> work) {
    seat.pause("starts");
    try {
      ClaimResult taken = seat.manager().claim(Scenario.STAGE, ClaimOptions.untilDeadline(LEASE));
      if (taken instanceof ClaimResult.Completed completed) {
        return new Report(End.SKIPPED, completed.checkpoint().writeId().orElseThrow());
      }
      if (taken instanceof ClaimResult.Busy) {
        return Report.of(End.BUSY);
      }
      Claim claim = ((ClaimResult.Held) taken).claim();
      seat.holds(claim);
      seat.executes();
      Report report = executesAndCloses(seat, claim, work);
      claim.close();
      return report;
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  /** No try-with-resources: a program that is unwound to be run again must not end its claim. */
  private static Report executesAndCloses(Seat seat, Claim claim, List<String> work) {
    try {
      return executes(seat, claim, work);
    } catch (CheckpointException e) {
      claim.close();
      throw e;
    }
  }

  private static Report executes(Seat seat, Claim claim, List<String> work) {
    return switch (work.get(seat.decide(work))) {
      case "renews" -> {
        claim.renew();
        yield executes(seat, claim, List.of("completes"));
      }
      case "fails" -> {
        claim.fail(new IllegalStateException("the task failed"));
        yield Report.of(End.GIVEN_UP);
      }
      default -> saved(claim.complete());
    };
  }

  private static Report saves(Seat seat) {
    seat.pause("starts");
    try {
      return saved(seat.manager().save(Scenario.STAGE));
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }

  private static Report saved(SaveResult result) {
    return new Report(
        result.outcome() == SaveResult.Outcome.SAVED ? End.SAVED : End.ALREADY_SAVED,
        result.checkpoint().orElseThrow().writeId().orElseThrow());
  }

  private static Report clears(Seat seat, ClearOptions options) {
    seat.pause("starts");
    try {
      seat.manager().clear(options);
      return Report.of(End.CLEARED);
    } catch (CheckpointException e) {
      return Report.of(e);
    }
  }
}
