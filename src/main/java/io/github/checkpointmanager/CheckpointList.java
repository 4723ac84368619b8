package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;

/**
 * The records of a location, all read; payloads are described and not kept. Immutable.
 *
 * @param checkpoints the valid ones, sorted by stage
 * @param invalid the others, sorted by stage
 */
public record CheckpointList(List<Checkpoint> checkpoints, List<Lookup.Invalid> invalid) {
  public CheckpointList {
    checkpoints = List.copyOf(checkpoints);
    invalid = List.copyOf(invalid);
  }

  /** Sorts what was looked up into valid and invalid records; absent ones are left out. */
  public static CheckpointList of(List<Lookup> lookups) {
    Objects.requireNonNull(lookups, "lookups");
    return new CheckpointList(
        lookups.stream().flatMap(lookup -> lookup.valid().stream()).toList(),
        lookups.stream().flatMap(lookup -> lookup.invalid().stream()).toList());
  }
}
