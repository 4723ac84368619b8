package io.github.checkpointmanager.pipeline;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What was read about the stages of a pipeline, at about one time. Immutable. A stage that it does
 * not name has nothing recorded.
 *
 * @param stages by name
 */
public record RecordsSeen(Map<String, StageSeen> stages) {
  public RecordsSeen {
    stages = Map.copyOf(stages);
  }

  public StageSeen of(String stage) {
    return Objects.requireNonNull(stages.getOrDefault(stage, StageSeen.nothing()));
  }

  /** The same once these stages are cleared. */
  public RecordsSeen without(Collection<String> cleared) {
    Map<String, StageSeen> rest = new LinkedHashMap<>(stages);
    cleared.forEach(stage -> rest.computeIfPresent(stage, (name, seen) -> seen.cleared()));
    return new RecordsSeen(rest);
  }
}
