package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckReturnValue;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.internal.pipeline.RecordedPipeline;
import io.github.checkpointmanager.internal.pipeline.Run;
import io.github.checkpointmanager.internal.pipeline.RunSettings;
import io.github.checkpointmanager.internal.time.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pipeline: skips completed stages and runs the others in order, independent stages in
 * parallel. When a task fails, the stages that depend on it do not run; all others do. A run does
 * not throw what its tasks throw: look at the report, or call {@link RunReport#orThrow()}.
 *
 * <pre>{@code
 * PipelineRunner.of(checkpoints).parallelism(4).run(etl).orThrow();
 * }</pre>
 *
 * <p>The run reads fresh records and decides again before it runs a stage, so several workers, on
 * any nodes, can run the same pipeline at once. They share the work by claims: a stage that another
 * worker executes is deferred, and tried again while other stages run, for an hour at most ({@link
 * Builder#waitAtMost}). A worker that was killed keeps its stage from others for the lease and a
 * margin. {@link Builder#withoutClaims} turns claims off; then two workers may execute the same
 * stage, and the first to finish is recorded.
 *
 * <p>An interrupt of the thread that called {@link #run} starts no further stage, interrupts the
 * running tasks, waits for them, and returns the report; the thread's interrupt flag is set again.
 *
 * <p>Immutable and thread-safe; each call of {@link #run} is a separate run.
 */
public final class PipelineRunner {
  private final RunSettings settings;

  private PipelineRunner(RunSettings settings) {
    this.settings = settings;
  }

  /** Starts the settings of a runner over the checkpoints of one location. */
  public static Builder of(CheckpointManager checkpoints) {
    return new Builder(checkpoints);
  }

  /**
   * Runs a pipeline as far as possible. Exceptions of tasks are in the report. Each stage that
   * failed, was not saved or is blocked is logged once at ERROR. LISTs and 1 GET for each
   * checkpoint; then, for each stage that runs, 2 GET, 3 PUT, 1 PUT for each third of its lease, 1
   * GET of the journal of rollbacks, and 1 GET for each stage directly before it; without claims 1
   * GET and 1 PUT, and the same for each stage before it.
   *
   * @throws io.github.checkpointmanager.InvalidInputException another pipeline has completed stages
   *     of the same name in this location, see {@link Builder#adopt}; nothing was run
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read; nothing
   *     was run
   * @throws PipelineDefinitionException no source knows the address of an input or output; nothing
   *     was run
   */
  @CheckReturnValue
  public RunReport run(Pipeline pipeline) {
    DeclarationCheck.checkSources(pipeline, settings.sources());
    return Run.run(pipeline, settings);
  }

  /**
   * Reads what is recorded about a pipeline: for plans, states and reruns. LISTs, and 1 GET for
   * each checkpoint of the pipeline and for each claim without one. Under {@link
   * ResumePolicy#FINGERPRINT} the inputs of completed stages are identified, and with {@link
   * PlanOptions#withCheckOutputs()} their outputs.
   *
   * @throws io.github.checkpointmanager.InvalidInputException another pipeline has completed stages
   *     of the same name in this location, see {@link Builder#adopt}
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   * @throws PipelineDefinitionException no source knows the address of an input or output
   */
  public PipelineSnapshot read(Pipeline pipeline) {
    DeclarationCheck.checkSources(pipeline, settings.sources());
    return RecordedPipeline.read(pipeline, settings, false);
  }

  /**
   * As {@link #read}, with the inputs of all stages, completed or not: for comparisons.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   * @throws PipelineDefinitionException no source knows the address of an input or output
   */
  public PipelineSnapshot readWithAllInputs(Pipeline pipeline) {
    DeclarationCheck.checkSources(pipeline, settings.sources());
    return RecordedPipeline.read(pipeline, settings, true);
  }

  /** Settings of a runner. Not thread-safe. */
  public static final class Builder {
    private final CheckpointManager checkpoints;
    private PlanOptions options = PlanOptions.standard();
    private int parallelism;
    private @Nullable Executor executor;
    private @Nullable ClaimOptions claim = ClaimOptions.lease(ClaimOptions.DEFAULT_LEASE);
    private Optional<Duration> longestWait = Optional.of(StageOptions.DEFAULT_WAIT);
    private final List<InputSource> sources = new ArrayList<>();
    private RunListener listener = new RunListener() {};
    private @Nullable Function<List<StageReport>, String> resumeCommand;
    private boolean recordsDeclaration;
    private boolean adopts;
    private Timing timing = Timing.system();

    private Builder(CheckpointManager checkpoints) {
      this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
    }

    /**
     * Records the names of the declaration in the location's {@code pipeline.manifest}, for views;
     * no decision reads it. A failure is logged, and the run goes on. 1 GET more for each run, and
     * 1 PUT when the declaration has changed. Off by default.
     */
    public Builder recordDeclaration() {
      recordsDeclaration = true;
      return this;
    }

    /**
     * Counts checkpoints of other pipelines as this one's, and replaces another pipeline's
     * declaration: for a pipeline that was renamed. By default they are refused, because stages of
     * the same name are not the same stages. A checkpoint names its pipeline until its stage runs
     * again.
     */
    public Builder adopt() {
      adopts = true;
      return this;
    }

    /** Sets how the run decides which stages run; {@link PlanOptions#standard()} by default. */
    public Builder options(PlanOptions value) {
      options = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets how many stages run at once, at most. Default: 1, or with an executor of the caller no
     * limit.
     */
    public Builder parallelism(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("parallelism is less than 1: " + value);
      }
      parallelism = value;
      return this;
    }

    /**
     * Sets the executor of the tasks, instead of threads of the runner; it is never shut down.
     * {@link #parallelism} still limits how many run at once. The executor must not need the thread
     * that calls {@link PipelineRunner#run}, which waits.
     */
    public Builder executor(Executor value) {
      executor = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets the lease of the claims. By default each stage is claimed with a lease of 60 s before it
     * runs, so that workers share the work, and what runs and what failed is recorded.
     *
     * @param value the lease of stages that declare none; at least 5 s
     */
    public Builder claiming(Duration value) {
      return claiming(ClaimOptions.lease(value));
    }

    /**
     * As {@link #claiming(Duration)}, with all options of a claim. The lease and the number of
     * attempts that a stage declares take precedence; the runner sets callbacks and reruns itself.
     */
    public Builder claiming(ClaimOptions value) {
      claim = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Claims nothing: saves 2 PUT and 1 GET for each stage that runs, and 1 PUT for each third of a
     * lease. Two workers may then execute the same stage at once, and the first to finish is
     * recorded; no view shows what runs and what failed.
     */
    public Builder withoutClaims() {
      claim = null;
      return this;
    }

    /**
     * Sets how long a stage waits while another worker holds it; by default {@link
     * StageOptions#DEFAULT_WAIT}. Then it is blocked ({@link Reason.Code#BUSY}), with the stages
     * after it; all others run. Zero does not wait. Where the store's time is not known, a claim is
     * watched for its lease and margin all the same, see {@link
     * io.github.checkpointmanager.StageClaimer#isWatching}.
     */
    public Builder waitAtMost(Duration longest) {
      if (longest.isNegative()) {
        throw new IllegalArgumentException("the longest wait is negative: " + longest);
      }
      longestWait = Optional.of(longest);
      return this;
    }

    /** Waits for other workers for as long as they hold a stage. */
    public Builder waitWithoutLimit() {
      longestWait = Optional.empty();
      return this;
    }

    /**
     * Adds a source that identifies inputs and outputs. The first source that knows a name is
     * asked; local files below the working directory come last and need not be added.
     */
    public Builder source(InputSource value) {
      sources.add(Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Sets the listener that is called during runs. */
    public Builder listener(RunListener value) {
      listener = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets the command with which the report of an incomplete run says to resume it. */
    public Builder resumeCommand(String value) {
      Objects.requireNonNull(value, "value");
      return resumeCommand(stages -> value);
    }

    /**
     * As {@link #resumeCommand(String)}, with a command that depends on what became of the stages.
     */
    public Builder resumeCommand(Function<List<StageReport>, String> value) {
      resumeCommand = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets how runs wait between two tries: the seam of tests. */
    Builder timing(Timing value) {
      timing = Objects.requireNonNull(value, "value");
      return this;
    }

    public PipelineRunner build() {
      List<InputSource> all = new ArrayList<>(sources);
      all.add(LocalFiles.below(Path.of("")));
      int atOnce = parallelism > 0 ? parallelism : executor == null ? 1 : Integer.MAX_VALUE;
      return new PipelineRunner(
          new RunSettings(
              checkpoints,
              options,
              atOnce,
              executor,
              claim,
              longestWait,
              all,
              listener,
              resumeCommand,
              recordsDeclaration,
              adopts,
              timing));
    }

    /** Builds and runs, see {@link PipelineRunner#run}. */
    @CheckReturnValue
    public RunReport run(Pipeline pipeline) {
      return build().run(pipeline);
    }
  }
}
