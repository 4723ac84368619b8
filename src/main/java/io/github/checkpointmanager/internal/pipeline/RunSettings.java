package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.RunListener;
import io.github.checkpointmanager.pipeline.StageReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a runner. Immutable, its parts thread-safe.
 *
 * @param options how the run decides which stages run
 * @param parallelism how many stages are under way at once, at most
 * @param executor where tasks run; null for threads of the run's own
 * @param claim null when the run does not claim
 * @param longestWait how long a stage waits for another worker's claim; empty for no limit
 * @param sources identify inputs and outputs; the first that knows a name is asked
 * @param resumeCommand the command that resumes an incomplete run; null for a sentence
 * @param recordsDeclaration whether the declaration is recorded in the location
 * @param adopts whether records of other pipelines count as this one's
 * @param timing how the run waits between two tries
 */
public record RunSettings(
    CheckpointManager checkpoints,
    PlanOptions options,
    int parallelism,
    @Nullable Executor executor,
    @Nullable ClaimOptions claim,
    Optional<Duration> longestWait,
    List<InputSource> sources,
    RunListener listener,
    @Nullable Function<List<StageReport>, String> resumeCommand,
    boolean recordsDeclaration,
    boolean adopts,
    Timing timing) {
  public RunSettings {
    sources = List.copyOf(sources);
  }

  String howToResume(String pipeline, List<StageReport> stages) {
    return resumeCommand == null
        ? "Run the pipeline " + LogSafe.quoted(pipeline) + " again: completed stages are skipped."
        : resumeCommand.apply(stages);
  }
}
