package io.github.checkpointmanager;

import java.util.List;

/**
 * What a clear deleted, or would delete. Immutable.
 *
 * @param stages the stages whose checkpoints are gone; for a clear of named stages those named
 * @param keys how many keys are gone, claims included; an absent checkpoint of a named stage counts
 *     too, and a claim that was replaced because the store cannot compare versions on deletion
 * @param dryRun whether nothing was deleted
 */
public record ClearResult(List<String> stages, long keys, boolean dryRun) {
  public ClearResult {
    stages = List.copyOf(stages);
  }
}
