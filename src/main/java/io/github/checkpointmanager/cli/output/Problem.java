package io.github.checkpointmanager.cli.output;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.pipeline.rollback.RollbackException;
import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the command reports it: a status and a message of three parts.
 *
 * @param kind in lower case; those of {@link CheckpointException.Kind}, and {@code usage} and
 *     {@code internal}
 * @param exitCode what the process ends with
 */
public record Problem(
    String kind,
    int exitCode,
    @Nullable String location,
    @Nullable String stage,
    @Nullable String requestId,
    String what,
    String why,
    String remedy) {

  public static Problem of(String kind, int exitCode, String what, String why, String remedy) {
    return new Problem(kind, exitCode, null, null, null, what, why, remedy);
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
    if (failure instanceof Explained e) {
      return explained(e);
    }
    if (failure instanceof Explained e) {
      return of("invalid", ExitCodes.REFUSED, e.what(), e.why(), e.remedy());
    }
    return of(
        "internal",
        ExitCodes.FAILED,
        "The command failed",
        Text.reason(failure),
        "Run it again with -v for the stack trace, and report it as a bug");
  }

  private static Problem explained(Explained failure) {
    CheckpointException.Kind kind = kind(failure);
    Optional<CheckpointException> known =
        failure instanceof CheckpointException e ? Optional.of(e) : Optional.empty();
    Optional<String> requestId =
        failure instanceof StoreException e
            ? e.requestId()
            : known.flatMap(CheckpointException::requestId);
    return new Problem(
        Text.lower(kind),
        ExitCodes.of(kind),
        known.map(CheckpointException::location).orElse(null),
        known.flatMap(CheckpointException::stage).orElse(null),
        requestId.orElse(null),
        failure.what(),
        failure.why(),
        kind == CheckpointException.Kind.ATTEMPTS_EXHAUSTED
            ? "Fix the cause, then clear the stage (checkpoint clear) or allow more attempts"
                + " (--max-attempts)"
            : failure.remedy());
  }

  /** A refused declaration or file has no kind of its own. */
  private static CheckpointException.Kind kind(Explained failure) {
    if (failure instanceof CheckpointException e) {
      return e.kind();
    }
    if (failure instanceof StoreException e) {
      return CheckpointException.Kind.valueOf(e.kind().name());
    }
    if (failure instanceof RollbackException e) {
      return CheckpointException.Kind.valueOf(e.kind().name());
    }
    return CheckpointException.Kind.INVALID;
  }

  /** The same, for a process that ends with another status. */
  public Problem withExitCode(int status) {
    return new Problem(kind, status, location, stage, requestId, what, why, remedy);
  }

  /** The same, after the command of {@code run} has done its work. */
  public Problem afterSuccess(String stage) {
    return new Problem(
        kind,
        ExitCodes.RUN_NOT_RECORDED,
        location,
        stage,
        requestId,
        "The command succeeded, but '" + stage + "' could not be recorded: " + what,
        why,
        remedy);
  }

  /** One line. An unknown outcome always says that word. */
  public String message() {
    String id = requestId == null ? "" : " (request id " + requestId + ")";
    String unknown = kind.equals("outcome_unknown") ? "outcome unknown: " : "";
    return Text.printable(unknown + what + ": " + why + id + ". " + remedy + ".");
  }
}
