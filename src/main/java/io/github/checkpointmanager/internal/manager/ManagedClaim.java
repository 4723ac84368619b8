package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.internal.claim.Heartbeats;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A held claim with its heartbeat, and how its stage is completed. Thread-safe. */
final class ManagedClaim implements Claim {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

  private final HeldClaim held;
  private final Heartbeats.Beat beat;
  private final ClaimOptions options;
  private final CheckpointOperations checkpoints;
  private final ClaimCompletion completion;
  private final Errors errors;
  private final Instant startedAt;

  /**
   * @param beat closed when the claim ends
   * @param startedAt when the task began, by the manager's clock
   */
  ManagedClaim(
      HeldClaim held,
      Heartbeats.Beat beat,
      ClaimOptions options,
      CheckpointOperations checkpoints,
      ClaimCompletion completion,
      Errors errors,
      Instant startedAt) {
    this.held = held;
    this.beat = beat;
    this.options = options;
    this.checkpoints = checkpoints;
    this.completion = completion;
    this.errors = errors;
    this.startedAt = startedAt;
  }

  @Override
  public String stage() {
    return held.stage();
  }

  @Override
  public long attempt() {
    return held.attempt();
  }

  @Override
  public long fencingToken() {
    return held.fencingToken();
  }

  @Override
  public boolean isValid() {
    return held.isValid();
  }

  @Override
  public Duration remaining() {
    return held.remaining();
  }

  @Override
  public void progress(String text) {
    held.progress(text);
  }

  @Override
  public void renew() {
    boolean renewed = errors.during(stage(), "Renewing the claim of", held::renew);
    if (!renewed) {
      throw errors.claimLost(stage(), null);
    }
  }

  @Override
  public SaveResult complete(SaveOptions given) {
    completion.renew(options.heartbeat());
    SaveOptions all = given.startedAt().isPresent() ? given : given.startedAt(startedAt);
    SaveResult result = completion.save(() -> save(all));
    if (result.outcome() != SaveResult.Outcome.NOT_SAVED) {
      held.completed();
      beat.close();
    }
    return result;
  }

  private SaveResult save(SaveOptions all) {
    var claimed = Optional.of(new RecordFactory.Claimed(attempt(), fencingToken()));
    Optional<Checkpoint> rerun = options.rerun();
    return rerun.isPresent()
        ? checkpoints.replace(rerun.get(), all, claimed)
        : checkpoints.save(stage(), all, claimed);
  }

  @Override
  public void withdraw() {
    completion.renew(options.heartbeat());
    checkpoints.delete(stage());
    release();
  }

  @Override
  public void fail(String reason) {
    end("failed", () -> held.fail(reason));
  }

  @Override
  public void release() {
    end("released", () -> held.release(Optional.empty()));
  }

  @Override
  public void release(String reason) {
    end("released", () -> held.release(Optional.of(reason)));
  }

  private void end(String how, BooleanSupplier write) {
    beat.close();
    // An interrupt is meant for the task, and S3 clients send nothing for an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try {
      if (!write.getAsBoolean()) {
        LOG.warn("Claim not {}, it was lost before: {}", how, LogSafe.of(stage()));
      }
    } catch (StoreException e) {
      LOG.warn(
          "Claim perhaps not {}, it ends with its lease: {}: {}",
          how,
          LogSafe.of(stage()),
          e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    if (held.isOpen()) {
      release();
    }
    beat.close();
  }
}
