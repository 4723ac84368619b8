package io.github.checkpointmanager.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.LocalStack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A worker: it runs a pipeline of 40 stages, in five layers of eight of which each stage comes
 * after two of the layer before, and shares it with the other workers. When its run has ended it
 * says a line for each stage: its name and its outcome.
 *
 * <p>Two things make what happens the same on any machine. The tasks of the first layer wait until
 * every worker has begun one: with two threads each, three workers hold no more than six of eight.
 * And the first execution of {@link #HELD} does not end.
 */
final class SharedPipelineProgram {
  static final int WORKERS = 3;
  static final int LAYERS = 5;
  static final int WIDTH = 8;

  /** In the middle; its first execution waits to be killed. */
  static final String HELD = name(2, 3);

  /**
   * Long enough that a worker on a busy machine renews its claims: only the killed one may lose
   * any.
   */
  private static final Duration LEASE = Duration.ofSeconds(10);

  private SharedPipelineProgram() {}

  /** Starts it with the credentials of the tests. */
  static ChildJvm start(String location, Path executions) {
    return ChildJvm.running(SharedPipelineProgram.class, location, executions.toString())
        .options("-Xmx96m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .environment(LocalStack.environment())
        .start();
  }

  /** What its report says of each stage; waits until the run is over. */
  static Map<String, StageOutcome> outcomes(ChildJvm worker) {
    Map<String, StageOutcome> outcomes = new TreeMap<>();
    for (String line : worker.rest()) {
      String[] field = line.split(" ", -1);
      outcomes.put(field[0], StageOutcome.valueOf(field[1]));
    }
    return outcomes;
  }

  private static String name(int layer, int place) {
    return "layer" + layer + "-" + place;
  }

  static Pipeline pipeline(StageExecutions executions) {
    Pipeline.Builder builder = Pipeline.named("shared");
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int place = 0; place < WIDTH; place++) {
        List<String> after =
            layer == 0
                ? List.of()
                : List.of(name(layer - 1, place), name(layer - 1, (place + 1) % WIDTH));
        PipelineTask task = layer == 0 ? meeting(executions) : working(executions);
        builder.stage(
            PipelineStage.of(name(layer, place), task).after(after.toArray(String[]::new)));
      }
    }
    return builder.build();
  }

  private static PipelineTask meeting(StageExecutions executions) {
    return task -> {
      executions.begin(task);
      executions.await(
          events -> events.stream().map(StageExecutions.Event::pid).distinct().count() >= WORKERS);
      executions.end(task);
    };
  }

  private static PipelineTask working(StageExecutions executions) {
    return task -> {
      executions.begin(task);
      if (task.stage().equals(HELD) && task.attempt() == 1) {
        new CountDownLatch(1).await();
      }
      executions.end(task);
    };
  }

  /** What runs in the other JVM. */
  public static void main(String[] args) {
    RunReport report;
    try (var checkpoints = CheckpointManager.open(args[0])) {
      report =
          PipelineRunner.of(checkpoints)
              .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT))
              .parallelism(2)
              .claiming(LEASE)
              .run(pipeline(new StageExecutions(Path.of(args[1]))));
    }
    var out = new PrintWriter(System.out, true, UTF_8);
    report.stages().forEach(stage -> out.println(stage.stage() + " " + stage.outcome()));
    System.exit(report.isComplete() ? 0 : 1);
  }
}
