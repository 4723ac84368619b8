package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
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
 * <p>Each stage is decided again from fresh records when its turn comes, so that several workers, on
 * any nodes, can run the same pipeline at once. With {@link Builder#claiming} they share the work:
 * a stage that another worker executes is put aside and asked for again while other stages run.
 * Without, two may do the same stage, and the first to finish is recorded.
 *
 * <p>Interrupting the thread that called {@link #run} begins nothing further, interrupts the tasks
 * that run, waits for them, and reports; the thread's interrupt flag is set again.
 *
 * <p>Immutable and thread-safe; each call of {@link #run} is a run of its own.
 */
public final class PipelineRunner {
  private final Builder settings;

  private PipelineRunner(Builder settings) {
    this.settings = settings;
  }

  /** Starts the settings of a runner over the checkpoints of one location. */
  public static Builder of(CheckpointManager checkpoints) {
    return new Builder(checkpoints);
  }

  /**
   * Runs a pipeline to its end, as far as it can get. What tasks throw is in the report. LISTs and 1
   * GET for each checkpoint; then for each stage that runs what {@code stage} of {@link
   * CheckpointManager} costs, and 1 GET for each stage directly before it.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read; nothing
   *     was run
   */
  public RunReport run(Pipeline pipeline) {
    throw new UnsupportedOperationException("not yet: " + pipeline + settings);
  }

  /** Settings of a runner. Not thread-safe. */
  public static final class Builder {
    final CheckpointManager checkpoints;
    PlanOptions options = PlanOptions.standard();
    int parallelism = 1;
    @Nullable Executor executor;
    @Nullable Duration lease;
    final List<InputSource> sources = new ArrayList<>();
    RunListener listener = new RunListener() {};
    @Nullable String resumeCommand;

    private Builder(CheckpointManager checkpoints) {
      this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
    }

    /** How it is decided what runs; {@link PlanOptions#standard()} by default. */
    public Builder options(PlanOptions value) {
      options = Objects.requireNonNull(value, "value");
      return this;
    }

    /** How many stages are worked on at once, at most; 1 by default. */
    public Builder parallelism(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("parallelism is less than 1: " + value);
      }
      parallelism = value;
      return this;
    }

    /**
     * Where tasks run, instead of threads of the runner's own; never shut down. {@link #parallelism}
     * still limits how many are under way. The executor must not need the thread that calls {@link
     * PipelineRunner#run}, which waits.
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
      lease = Objects.requireNonNull(value, "value");
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

    public PipelineRunner build() {
      return new PipelineRunner(this);
    }

    /** Builds and runs, see {@link PipelineRunner#run}. */
    public RunReport run(Pipeline pipeline) {
      return build().run(pipeline);
    }
  }
}
