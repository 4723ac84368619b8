package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The checkpoints and claims of some stages, read at about one time. Immutable.
 *
 * @param records their checkpoints, each head read and validated, and invalid records
 * @param claims the status of each stage that has a claim and no valid checkpoint, sorted by stage
 * @param rollback the journal of the location's last rollback, read before the checkpoints; empty
 *     when there is none
 */
public record StageSnapshot(
    CheckpointList records, List<StageStatus> claims, Optional<LocationDocument.Content> rollback) {
  public StageSnapshot {
    Objects.requireNonNull(records, "records");
    claims = List.copyOf(claims);
    Objects.requireNonNull(rollback, "rollback");
  }
}
