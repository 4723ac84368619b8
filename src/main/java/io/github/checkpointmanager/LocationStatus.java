package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;

/**
 * Where the stages of one location stand. Immutable.
 *
 * @param path below the location that was asked about; empty for that location itself
 * @param stages by name
 */
public record LocationStatus(String path, List<StageStatus> stages) {
  public LocationStatus {
    Objects.requireNonNull(path, "path");
    stages = List.copyOf(stages);
  }
}
