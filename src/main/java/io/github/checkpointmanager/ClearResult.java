package io.github.checkpointmanager;

import java.util.List;

/**
 * What a clear deleted, or would delete. Immutable.
 *
 * @param stages the stages whose checkpoints are gone; for a clear of named stages those named
 * @param keys how many keys are gone, claims included; an absent one of a named stage counts too
 * @param dryRun whether nothing was deleted
 */
public record ClearResult(List<String> stages, long keys, boolean dryRun) {
  public ClearResult {
    stages = List.copyOf(stages);
  }
}
