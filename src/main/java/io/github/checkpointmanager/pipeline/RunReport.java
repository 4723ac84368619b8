package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of a run. Immutable.
 *
 * @param pipeline its name
 * @param stages one report for each stage, in an order in which they can run
 * @param interrupted whether the run was interrupted
 * @param duration of the whole
 * @param resume how to resume the run: a shell command, or a sentence; empty when every stage is
 *     completed
 */
public record RunReport(
    String pipeline,
    List<StageReport> stages,
    boolean interrupted,
    Duration duration,
    Optional<String> resume) {
  public RunReport {
    Objects.requireNonNull(pipeline, "pipeline");
    stages = List.copyOf(stages);
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(resume, "resume");
  }

  /** Whether every stage is completed. */
  public boolean isComplete() {
    return stages.stream().allMatch(StageReport::isCompleted);
  }

  /**
   * This report, if every stage is completed.
   *
   * @throws RunIncompleteException a stage failed, was not saved, or is blocked; it names each with
   *     its reason
   */
  public RunReport orThrow() {
    if (!isComplete()) {
      throw new RunIncompleteException(this);
    }
    return this;
  }

  /** The report of one stage. */
  public Optional<StageReport> find(String stage) {
    return stages.stream().filter(report -> report.stage().equals(stage)).findFirst();
  }

  /** The names of the stages with this outcome, in order. */
  public List<String> with(StageOutcome outcome) {
    return stages.stream()
        .filter(report -> report.outcome() == outcome)
        .map(StageReport::stage)
        .toList();
  }
}
