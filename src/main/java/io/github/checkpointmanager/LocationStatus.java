package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;

/**
 * The status of the stages of one location. Immutable.
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
