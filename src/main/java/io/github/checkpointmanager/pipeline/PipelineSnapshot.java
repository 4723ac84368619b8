package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is recorded about the stages of a pipeline, read at about one time, and what follows from
 * it; see {@link PipelineRunner#read}. Immutable and thread-safe; no method makes a request.
 */
public interface PipelineSnapshot {
  /** What a run would do with each stage, and why. */
  ResumePlan plan();

  /** The state of each stage. */
  PipelineStatus status();

  /**
   * Compares what a stage depends on with what its checkpoint says. Of a snapshot that was read by
   * {@link PipelineRunner#readWithAllInputs}; another may not know the inputs.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  InputComparison compare(String stage);

  /**
   * As {@link #compare(String)}, with an older checkpoint of the stage.
   *
   * @param older from its history
   */
  InputComparison compare(String stage, Checkpoint older);

  /**
   * The declared outputs of a completed stage, compared with what its checkpoint says. Empty unless
   * the snapshot was read with {@link PlanOptions#withCheckOutputs()}.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  List<DeclaredOutput> outputs(String stage);

  /**
   * Plans to run a stage again, and everything that depends on it.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  Rerun rerunFrom(String stage);

  /**
   * Plans to run some stages again, and no others. Under {@link ResumePolicy#FINGERPRINT} the
   * stages that were built on them are stale afterwards, as the plan shows.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  Rerun rerunOnly(Collection<String> stages);

  /**
   * Plans to run again the stages whose last attempt failed, or whose worker let its lease expire;
   * their failures no longer count afterwards. Failures are recorded where stages are claimed.
   */
  Rerun rerunFailed();

  /**
   * A declared output, compared with what was recorded of it. Immutable.
   *
   * @param path as declared
   * @param state how it compares
   * @param detail in words
   */
  record DeclaredOutput(String path, State state, String detail) {
    /** How an output compares. */
    public enum State {
      /** As recorded. */
      SAME,
      /**
       * Its content was not recorded: another tool completed the stage, or it could not be read.
       */
      UNRECORDED,
      CHANGED,
      MISSING,
      /** It could not be read or identified. */
      UNREADABLE
    }

    public DeclaredOutput {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(detail, "detail");
    }
  }

  /**
   * What running some stages again means; see {@link PipelineSnapshot#rerunFrom}. To do it, clear
   * the stages of {@link #toClear} and run the pipeline. Immutable.
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

  /**
   * Why a stage would run or be skipped, and how what it depends on compares with a checkpoint of
   * it. Immutable.
   *
   * @param decision what a run would do
   * @param before the checkpoint that is compared; empty when there is none
   * @param components all components of the fingerprint, by name
   * @param upstream the checkpoints that the stage was or would be built on, by stage
   */
  public record InputComparison(
      StageDecision decision,
      Optional<Checkpoint> before,
      List<ComponentComparison> components,
      List<ComponentComparison> upstream) {
    public InputComparison {
      Objects.requireNonNull(decision, "decision");
      Objects.requireNonNull(before, "before");
      components = List.copyOf(components);
      upstream = List.copyOf(upstream);
    }
  }
}
