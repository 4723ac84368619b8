package io.github.checkpointmanager.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.testing.LocalStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A worker's JVM: it runs a pipeline of 40 stages, in five layers of eight of which each stage
 * comes after two of the layer before, and shares it with the other workers.
 *
 * <p>Two things make what happens the same on any machine. The tasks of the first layer wait until
 * every worker has begun one: with two threads each, three workers hold no more than six of eight.
 * And whoever is the first to execute {@link #HELD} does not come to its end.
 */
final class PipelineProcess implements AutoCloseable {
  static final int WORKERS = 3;
  static final int LAYERS = 5;
  static final int WIDTH = 8;

  /** In the middle; its first execution waits to be killed. */
  static final String HELD = name(2, 3);

  private static final Duration LEASE = Duration.ofSeconds(5);

  private final Process process;
  private final BufferedReader out;

  private PipelineProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(UTF_8);
  }

  /** Starts it on this JVM's class path, with the credentials of the tests. */
  static PipelineProcess start(String location, Path executions) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("java.class.path"),
            PipelineProcess.class.getName(),
            location,
            executions.toString());
    builder.environment().putAll(LocalStack.environment());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new PipelineProcess(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL; returns when it is dead. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What its report says of each stage, when the run is over. */
  Map<String, StageOutcome> outcomes() throws IOException {
    Map<String, StageOutcome> outcomes = new TreeMap<>();
    out.lines()
        .map(line -> line.split(" ", -1))
        .forEach(field -> outcomes.put(field[0], StageOutcome.valueOf(field[1])));
    return outcomes;
  }

  int status() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
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
