package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
import java.util.List;
import java.util.Objects;

/**
 * What running some stages again means; see {@link PipelineSnapshot#rerunFrom}. To do it, clear the
 * stages of {@link #toClear} and run the pipeline. Immutable.
 *
 * @param toClear the stages whose records are to be cleared, in order; stages without any record
 *     are not among them
 * @param lost the checkpoints that the clear deletes, for good unless the store keeps a history
 * @param afterwards what a run would do after the clear
 */
public record Rerun(List<String> toClear, List<Checkpoint> lost, ResumePlan afterwards) {
  public Rerun {
    toClear = List.copyOf(toClear);
    lost = List.copyOf(lost);
    Objects.requireNonNull(afterwards, "afterwards");
  }
}
