package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.StageState;
import java.util.Objects;
import java.util.Optional;

/**
 * What a stage's claim says, for showing; no plan rests on it. Immutable.
 *
 * @param state {@code PENDING}, {@code RUNNING}, {@code LATE} or {@code FAILED}
 * @param holder who works or last worked on it
 * @param detail in words
 */
public record ClaimSeen(StageState state, Optional<ClaimInfo> holder, String detail) {
  public ClaimSeen {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(detail, "detail");
  }
}
