package io.github.checkpointmanager.cli.output;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.pipeline.rollback.RollbackException;
import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import io.github.checkpointmanager.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the command reports it.
 *
 * @param kind in lower case; those of {@link CheckpointException.Kind}, and words of the command's
 *     own such as {@code usage} and {@code internal}
 * @param exitCode what the process ends with
 */
public record Problem(
    String kind,
    int exitCode,
    Explanation explanation,
    @Nullable String location,
    @Nullable String stage,
    @Nullable String requestId)
    implements Explained {

  public static Problem of(String kind, int exitCode, String what, String why, String remedy) {
    return new Problem(kind, exitCode, new Explanation(what, why, remedy), null, null, null);
  }

  public static Problem of(Throwable failure) {
    if (failure instanceof CommandException e) {
      return e.problem();
    }
    // The library's advice is to take the result from the exception, which no shell can.
    if (failure instanceof StageNotSavedException e
        && e.getCause() instanceof CheckpointException cause) {
      return of(cause);
    }
    if (failure instanceof CheckpointException e) {
      String requestId = e.requestId().orElse(null);
      return explained(e.kind(), e, requestId).at(e.location(), e.stage().orElse(null));
    }
    if (failure instanceof StoreException e) {
      return explained(kind(e.kind()), e, e.requestId().orElse(null));
    }
    if (failure instanceof RollbackException e) {
      return explained(kind(e.kind()), e, null);
    }
    if (failure instanceof Explained e) {
      return explained(CheckpointException.Kind.INVALID, e, null); // a declaration or a file
    }
    return of(
        "internal",
        ExitCodes.FAILED,
        "The command failed",
        Text.reason(failure),
        "Run it again with -v for the stack trace, and report it as a bug");
  }

  private static CheckpointException.Kind kind(Enum<?> kindOfSameName) {
    return CheckpointException.Kind.valueOf(kindOfSameName.name());
  }

  private static Problem explained(
      CheckpointException.Kind kind, Explained failure, @Nullable String requestId) {
    String remedy =
        kind == CheckpointException.Kind.ATTEMPTS_EXHAUSTED
            ? "Fix the cause, then clear the stage (checkpoint clear) or override the limit"
                + " (--override-max-attempts)"
            : failure.remedy();
    Explanation explanation = new Explanation(failure.what(), failure.why(), remedy);
    return new Problem(Text.lower(kind), ExitCodes.of(kind), explanation, null, null, requestId);
  }

  /** The same, of a stage of a location. */
  public Problem at(@Nullable String itsLocation, @Nullable String itsStage) {
    return new Problem(kind, exitCode, explanation, itsLocation, itsStage, requestId);
  }

  /** The same, for a process that ends with another status. */
  public Problem withExitCode(int status) {
    return new Problem(kind, status, explanation, location, stage, requestId);
  }

  /** The same, after the command of {@code run} has done its work. */
  public Problem afterSuccess(String itsStage) {
    String what = "The command succeeded, but '" + itsStage + "' could not be recorded: " + what();
    return new Problem(
        kind,
        ExitCodes.RUN_NOT_RECORDED,
        new Explanation(what, why(), remedy()),
        location,
        itsStage,
        requestId);
  }

  /** One line. An unknown outcome always says that word. */
  public String message() {
    String unknown = kind.equals("outcome_unknown") ? "outcome unknown: " : "";
    return Text.printable(unknown + explanation.message(requestId));
  }
}
