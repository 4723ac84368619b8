package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;

/**
 * The status of one stage. Immutable.
 *
 * @param stage the stage
 * @param state its state
 * @param presumed whether that rests on a listing alone, its record unread
 * @param checkpoint its checkpoint, if that was read and is valid
 * @param holder the worker that holds its claim, or held it last, if the claim was read
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
