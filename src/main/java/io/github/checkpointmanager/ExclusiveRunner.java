package io.github.checkpointmanager;

import io.github.checkpointmanager.protocol.ClaimWatch;
import io.github.checkpointmanager.protocol.Reading;
import io.github.checkpointmanager.protocol.Timing;
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
  private static final Duration FIRST_POLL = Duration.ofMillis(250);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);

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
    ClaimWatch watch = claims.watch();
    long begin = timing.nanoTime();
    Duration pause = FIRST_POLL;
    boolean first = true;
    while (true) {
      Reading before = read.apply(stage);
      ClaimOptions terms = options.claim().repairing(CheckpointAccess.damagedVersion(before));
      Optional<Checkpoint> done = claims.completed(stage, terms, before);
      if (done.isPresent()) {
        return new ClaimResult.Completed(done.get());
      }
      ClaimResult taken =
          first ? claims.claim(stage, terms, watch) : claims.poll(stage, terms, watch);
      if (!(taken instanceof ClaimResult.Busy busy)) {
        return taken;
      }
      first = false;
      Duration left =
          options
              .longestWait()
              .map(longest -> longest.minusNanos(timing.nanoTime() - begin))
              .orElse(LONGEST_POLL);
      if (!options.waiting() || left.isNegative() || left.isZero()) {
        throw errors.busy(stage, busy, options.waiting());
      }
      sleep(stage, busy, min(left, untilNextPoll(pause, busy)));
      pause = min(pause.multipliedBy(3).dividedBy(2), LONGEST_POLL);
    }
  }

  /**
   * Sooner when the claim may be taken over sooner; with jitter, so that waiters do not come all at
   * once.
   */
  private Duration untilNextPoll(Duration pause, ClaimResult.Busy busy) {
    Duration regular = Duration.ofNanos((long) (pause.toNanos() * (0.75 + timing.random() / 2)));
    return busy.remaining()
        .map(remaining -> min(regular, remaining.plusMillis((long) (50 + 450 * timing.random()))))
        .orElse(regular);
  }

  private void sleep(String stage, ClaimResult.Busy busy, Duration duration) {
    try {
      timing.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw errors.interrupted(stage, busy, e);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
