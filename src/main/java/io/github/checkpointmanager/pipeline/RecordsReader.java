package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import java.util.List;

/**
 * Reads what plans rest on: the records of a location, and the inputs and outputs that the options
 * ask for. Thread-safe.
 */
public final class RecordsReader {
  private final CheckpointManager checkpoints;
  private final List<InputSource> sources;

  /**
   * @param sources where inputs and outputs are looked up, the first that knows a name; local files
   *     below the working directory come last and need not be given
   */
  public RecordsReader(CheckpointManager checkpoints, List<InputSource> sources) {
    this.checkpoints = checkpoints;
    this.sources = List.copyOf(sources);
  }

  /**
   * Reads. LISTs, 1 GET for each checkpoint of the location and for each claim without one; under
   * {@link ResumePolicy#FINGERPRINT} the inputs of completed stages are identified, and if outputs
   * are to be checked, theirs.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  public RecordsSeen read(Pipeline pipeline, PlanOptions options) {
    throw new UnsupportedOperationException(
        "not yet: " + checkpoints + sources + pipeline + options);
  }
}
