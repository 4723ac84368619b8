package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageContext;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.StageTask;
import io.github.checkpointmanager.internal.manager.ClaimOperations.ClaimRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task unless its stage is completed, by one worker at a time. The others poll: their
 * requests grow with the time they wait, not with their number. Thread-safe.
 */
record ExclusiveRunner(
    Wiring wiring, CheckpointOperations checkpoints, ClaimOperations claims, StageValues values) {
  <E extends Throwable> StageResult run(
      String stage, StageOptions options, StageTask.Claimed<E> task) throws E {
    ClaimResult taken = enter(stage, options, checkpoints::readHead);
    if (taken instanceof ClaimResult.Completed completed) {
      return StageResult.skipped(completed.checkpoint(), values.skipping(completed.checkpoint()));
    }
    try (Claim claim = ((ClaimResult.Held) taken).claim()) {
      execute(
          claim,
          context -> {
            task.run(context);
            return Boolean.TRUE;
          });
      SaveResult saved = completed(claim, null, () -> claim.complete(options.saving()));
      return StageResult.ran(stage, reasonToRun(options, claim), saved);
    }
  }

  private static String reasonToRun(StageOptions options, Claim claim) {
    return (options.claim().rerun().isPresent()
            ? "it was to be run again"
            : "it had no valid checkpoint")
        + "; attempt "
        + claim.attempt();
  }

  <T, E extends Throwable> T call(
      String stage, StageOptions options, PayloadCodec<T> codec, StageFunction.Claimed<T, E> task)
      throws E {
    ClaimResult taken = enter(stage, options, checkpoints::readWhole);
    if (taken instanceof ClaimResult.Completed completed) {
      values.skipping(completed.checkpoint());
      return values.of(completed.checkpoint(), codec);
    }
    try (Claim claim = ((ClaimResult.Held) taken).claim()) {
      T value = execute(claim, task);
      SaveResult saved =
          completed(
              claim,
              value,
              () -> claim.complete(values.with(options.saving(), stage, codec, value)));
      return saved.outcome() == SaveResult.Outcome.ALREADY_SAVED
          ? values.winners(saved.checkpoint().orElseThrow(), codec, value)
          : value;
    }
  }

  /** A failure to save is recorded as one, unless the checkpoint may still land. */
  private SaveResult completed(
      Claim claim, @Nullable Object value, Callable<SaveResult> completion) {
    try {
      return completion.call();
    } catch (Throwable e) {
      StageNotSavedException notSaved = values.notSaved(claim.stage(), e, value);
      if (e instanceof InvalidInputException refused && refused.isOfRecord()) {
        claim.failPermanently(notSaved); // each further attempt would be refused after its work
      } else if (!notSaved.isOutcomeUnknown() && !(e instanceof ClaimLostException)) {
        claim.fail(notSaved);
      }
      throw notSaved;
    }
  }

  /** Runs a task under its claim; a failure is recorded and comes through unchanged. */
  private static <T, E extends Throwable> T execute(Claim claim, StageFunction.Claimed<T, E> task)
      throws E {
    try {
      return task.call(new ClaimContext(claim));
    } catch (Throwable failure) {
      try {
        claim.fail(failure);
      } catch (RuntimeException e) {
        failure.addSuppressed(e); // the caller gets the task's own failure in any case
      }
      throw failure;
    }
  }

  /** Claims the stage, or waits until another worker has completed it. */
  private ClaimResult enter(String stage, StageOptions options, Function<String, Lookup> read) {
    ClaimWaiter waiter = claims.waiter(stage);
    AtomicReference<ClaimResult.Busy> last = new AtomicReference<>();
    try {
      ClaimResult entered =
          waiter.await(
              options.longestWait(),
              () -> tryOnce(waiter, options, read.apply(stage)),
              (busy, pause) -> {
                last.set(busy);
                wiring.settings().timing().sleep(pause);
                return true;
              });
      if (entered instanceof ClaimResult.Busy busy) {
        throw wiring.errors().busy(stage, busy, options.waits());
      }
      return entered;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw wiring.errors().interrupted(stage, Objects.requireNonNull(last.get()), e);
    }
  }

  private ClaimResult tryOnce(ClaimWaiter waiter, StageOptions options, Lookup before) {
    ClaimRequest request =
        new ClaimRequest(
            waiter.stage(), options.claim(), before.invalid().map(Lookup.Invalid::version));
    Optional<Checkpoint> done = claims.completed(request, before);
    return done.isPresent() ? new ClaimResult.Completed(done.get()) : waiter.tryClaim(request);
  }

  /** What a task sees of its claim. */
  private record ClaimContext(Claim claim) implements StageContext {
    @Override
    public String stage() {
      return claim.stage();
    }

    @Override
    public long attempt() {
      return claim.attempt();
    }

    @Override
    public long fencingToken() {
      return claim.fencingToken();
    }

    @Override
    public String executionId() {
      return claim.executionId();
    }

    @Override
    public boolean isValid() {
      return claim.isValid();
    }

    @Override
    public void progress(String text) {
      claim.progress(text);
    }
  }
}
