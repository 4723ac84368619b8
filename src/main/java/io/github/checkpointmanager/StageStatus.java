package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;

/**
 * Where one stage stands. Immutable.
 *
 * @param stage the stage
 * @param state where it stands
 * @param presumed whether that rests on a listing alone, its record unread
 * @param checkpoint its checkpoint, if that was read and is valid
 * @param holder who works or last worked on it, if its claim was read
 * @param detail in words; empty when there is nothing to add
 */
public record StageStatus(
    String stage,
    StageState state,
    boolean presumed,
    Optional<Checkpoint> checkpoint,
    Optional<ClaimInfo> holder,
    String detail) {
  public StageStatus {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(detail, "detail");
  }
}
