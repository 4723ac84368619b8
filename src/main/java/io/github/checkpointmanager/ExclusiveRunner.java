package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task unless its stage is completed, by one worker at a time. The others poll: their
 * requests grow with the time they wait, not with their number. Thread-safe.
 */
final class ExclusiveRunner {
  private final CheckpointAccess access;
  private final ClaimAccess claims;
  private final StageValues values;
  private final Errors errors;
  private final Timing timing;

  ExclusiveRunner(
      CheckpointAccess access,
      ClaimAccess claims,
      StageValues values,
      Errors errors,
      Timing timing) {
    this.access = access;
    this.claims = claims;
    this.values = values;
    this.errors = errors;
    this.timing = timing;
  }

  <E extends Throwable> StageResult run(String stage, StageOptions options, ClaimedTask<E> task)
      throws E {
    ClaimResult taken = enter(stage, options, access::readHead);
    if (taken instanceof ClaimResult.Completed completed) {
      return StageResult.skipped(completed.checkpoint(), values.skipping(completed.checkpoint()));
    }
    try (Claim claim = ((ClaimResult.Held) taken).claim()) {
      Execution.call(
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
      String stage, StageOptions options, PayloadCodec<T> codec, ClaimedFunction<T, E> task)
      throws E {
    ClaimResult taken = enter(stage, options, access::readWhole);
    if (taken instanceof ClaimResult.Completed completed) {
      values.skipping(completed.checkpoint());
      return values.of(completed.checkpoint(), codec);
    }
    try (Claim claim = ((ClaimResult.Held) taken).claim()) {
      T value = Execution.call(claim, task);
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
      if (!notSaved.isOutcomeUnknown() && !(e instanceof ClaimLostException)) {
        claim.fail(notSaved);
      }
      throw notSaved;
    }
  }

  /** Claims the stage, or waits until somebody has completed it. */
  private ClaimResult enter(String stage, StageOptions options, Function<String, Reading> read) {
    Contender contender = new Contender(stage, claims, timing);
    long begin = timing.nanoTime();
    while (true) {
      Reading before = read.apply(stage);
      ClaimOptions terms = options.claim().repairing(CheckpointAccess.damagedVersion(before));
      Optional<Checkpoint> done = claims.completed(stage, terms, before);
      if (done.isPresent()) {
        return new ClaimResult.Completed(done.get());
      }
      ClaimResult taken = contender.tryClaim(terms);
      if (!(taken instanceof ClaimResult.Busy busy)) {
        return taken;
      }
      Duration pause = contender.pause(busy);
      Duration left =
          options
              .longestWait()
              .map(longest -> longest.minusNanos(timing.nanoTime() - begin))
              .orElse(pause);
      if (!options.waiting() || left.isNegative() || left.isZero()) {
        throw errors.busy(stage, busy, options.waiting());
      }
      sleep(stage, busy, left.compareTo(pause) < 0 ? left : pause);
    }
  }

  private void sleep(String stage, ClaimResult.Busy busy, Duration duration) {
    try {
      timing.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw errors.interrupted(stage, busy, e);
    }
  }
}
