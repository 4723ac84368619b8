package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The claims of a location under which a worker may be at work, as a rollback finds them after it
 * has started its journal. Thread-safe.
 *
 * @param options how the rollback claims
 * @param waits whether it waits for claims that are not renewed: that of the rollback which it
 *     resumes is one of them. Where the store's time is not known it always does, since nothing
 *     else shows that a worker is dead
 */
record RunningStages(
    CheckpointManager checkpoints, ClaimOptions options, StageUndo stages, boolean waits) {
  private static final String REASON = "a rollback found its worker dead";

  /**
   * Requires that no worker executes a stage. Releases claims whose worker is dead or whose lease
   * has expired, by compare-and-set: if such a worker is alive after all, its next renewal fails
   * and it saves nothing. As {@code status}; for each claim that is not ended as {@code claim} and
   * {@code release}.
   *
   * @throws RollbackException a claim is live
   */
  void requireNone() {
    List<String> live = new ArrayList<>();
    for (StageStatus status : checkpoints.status()) {
      switch (status.state()) {
        case RUNNING, LATE -> {
          if (!released(status.stage())) {
            live.add(quoted(status.stage()));
          }
        }
        default -> {}
      }
    }
    if (!live.isEmpty()) {
      throw busy(live.stream().collect(Collectors.joining(", ")));
    }
  }

  private boolean released(String stage) {
    Optional<Checkpoint> completed = checkpoints.get(stage);
    ClaimResult taken;
    try {
      ClaimOptions claiming = completed.map(options::rerun).orElse(options);
      taken = stages.await(stage, waits ? Optional.empty() : Optional.of(Duration.ZERO), claiming);
    } catch (AttemptsExhaustedException e) {
      checkpoints.release(stage, REASON); // no worker can take it over
      return true;
    }
    if (taken instanceof ClaimResult.Held held) {
      try (Claim claim = held.claim()) {
        claim.release(REASON);
      }
    }
    return !(taken instanceof ClaimResult.Busy);
  }

  static RollbackException busy(String why) {
    return new RollbackException(
        RollbackException.Kind.BUSY,
        "The rollback stopped",
        "a worker is executing " + why,
        "Wait until it has finished, or end its claim (`checkpoint release STAGE --force`), then"
            + " run the rollback again",
        null);
  }
}
