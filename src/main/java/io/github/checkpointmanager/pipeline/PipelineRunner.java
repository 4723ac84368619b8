package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.pipeline.plan.InputsReader;
import io.github.checkpointmanager.internal.pipeline.plan.RecordedPipeline;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsReader;
import io.github.checkpointmanager.internal.pipeline.run.Run;
import io.github.checkpointmanager.internal.pipeline.run.RunSettings;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pipeline: skips what is completed, runs the rest in order, independent stages in parallel.
 * A stage whose task fails stops what depends on it; everything else goes on.
 *
 * <pre>{@code
 * RunReport report =
 *     PipelineRunner.of(checkpoints).parallelism(4).claiming(Duration.ofMinutes(1)).run(etl);
 * }</pre>
 *
 * <p>Each stage is decided again from fresh records when its turn comes, so that several workers,
 * on any nodes, can run the same pipeline at once. With {@link Builder#claiming} they share the
 * work: a stage that another worker executes is put aside and asked for again while other stages
 * run. Without, two may do the same stage, and the first to finish is recorded.
 *
 * <p>Interrupting the thread that called {@link #run} begins nothing further, interrupts the tasks
 * that run, waits for them, and reports; the thread's interrupt flag is set again.
 *
 * <p>Immutable and thread-safe; each call of {@link #run} is a run of its own.
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
   * Runs a pipeline to its end, as far as it can get. What tasks throw is in the report. LISTs and
   * 1 GET for each checkpoint; then for each stage that runs what {@code stage} of {@link
   * CheckpointManager} costs, and 1 GET for each stage directly before it.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read; nothing
   *     was run
   */
  public RunReport run(Pipeline pipeline) {
    return Run.run(pipeline, settings);
  }

  /**
   * Reads what is recorded about a pipeline: for plans, states, and to run stages again. LISTs, and
   * 1 GET for each checkpoint of the pipeline and for each claim without one. Under {@link
   * ResumePolicy#FINGERPRINT} the inputs of completed stages are identified, and with {@link
   * PlanOptions#withCheckOutputs()} their outputs.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  public PipelineSnapshot read(Pipeline pipeline) {
    return read(pipeline, false);
  }

  /**
   * As {@link #read}, with the inputs of all stages, completed or not: for comparisons.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  public PipelineSnapshot readWithAllInputs(Pipeline pipeline) {
    return read(pipeline, true);
  }

  private PipelineSnapshot read(Pipeline pipeline, boolean allInputs) {
    RecordsReader reader =
        new RecordsReader(settings.checkpoints(), InputsReader.Sources.of(settings.sources()));
    return new RecordedPipeline(
        pipeline, reader.read(pipeline, settings.options(), allInputs), settings.options());
  }

  /** Settings of a runner. Not thread-safe. */
  public static final class Builder {
    private final CheckpointManager checkpoints;
    private PlanOptions options = PlanOptions.standard();
    private int parallelism;
    private @Nullable Executor executor;
    private @Nullable ClaimOptions claim;
    private final List<InputSource> sources = new ArrayList<>();
    private RunListener listener = new RunListener() {};
    private @Nullable String resumeCommand;
    private boolean recordsDeclaration;
    private Timing timing = Timing.system();

    private Builder(CheckpointManager checkpoints) {
      this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
    }

    /**
     * Records the declaration, names alone, in the location's {@code pipeline.manifest}, for views;
     * no decision reads it. When that fails it is told in the log, and the run goes on. 1 GET more
     * for each run, and 1 PUT when the declaration has changed. Off by default.
     */
    public Builder recordDeclaration() {
      recordsDeclaration = true;
      return this;
    }

    /** How it is decided what runs; {@link PlanOptions#standard()} by default. */
    public Builder options(PlanOptions value) {
      options = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * How many stages are worked on at once, at most; by default 1 with threads of the runner's
     * own, and as many as there are with an executor.
     */
    public Builder parallelism(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("parallelism is less than 1: " + value);
      }
      parallelism = value;
      return this;
    }

    /**
     * Where tasks run, instead of threads of the runner's own; never shut down. {@link
     * #parallelism} still limits how many are under way. The executor must not need the thread that
     * calls {@link PipelineRunner#run}, which waits.
     */
    public Builder executor(Executor value) {
      executor = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Claims each stage before it runs, so that workers share the work.
     *
     * @param value the lease of stages that declare none; at least 5 s
     */
    public Builder claiming(Duration value) {
      return claiming(ClaimOptions.lease(value));
    }

    /**
     * As {@link #claiming(Duration)}, with all that can be said of a claim. A stage's own lease and
     * number of attempts go before; callbacks, and what is run again, are the runner's to set.
     */
    public Builder claiming(ClaimOptions value) {
      claim = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Where inputs and outputs are looked up, the first that knows a name; local files below the
     * working directory come last and need not be given.
     */
    public Builder source(InputSource value) {
      sources.add(Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Told what happens. */
    public Builder listener(RunListener value) {
      listener = Objects.requireNonNull(value, "value");
      return this;
    }

    /** The command that a report of an incomplete run names to go on. */
    public Builder resumeCommand(String value) {
      resumeCommand = Objects.requireNonNull(value, "value");
      return this;
    }

    /** How runs wait between two tries: the seam of tests. */
    Builder timing(Timing value) {
      timing = Objects.requireNonNull(value, "value");
      return this;
    }

    public PipelineRunner build() {
      int atOnce = parallelism > 0 ? parallelism : executor == null ? 1 : Integer.MAX_VALUE;
      return new PipelineRunner(
          new RunSettings(
              checkpoints,
              options,
              atOnce,
              executor,
              claim,
              sources,
              listener,
              resumeCommand,
              recordsDeclaration,
              timing));
    }

    /** Builds and runs, see {@link PipelineRunner#run}. */
    public RunReport run(Pipeline pipeline) {
      return build().run(pipeline);
    }
  }
}
