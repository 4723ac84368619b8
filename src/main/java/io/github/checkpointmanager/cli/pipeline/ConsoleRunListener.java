package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.process.Background;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunListener;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Reports the events of a run on standard error as they happen. Thread-safe. */
final class ConsoleRunListener implements RunListener, AutoCloseable {
  private final RunConsole console;
  private final Map<String, Long> running = new LinkedHashMap<>(); // guarded by this
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> Background.thread("checkpoint-live-line", work));
  private int stages; // guarded by this
  private int settled; // guarded by this

  ConsoleRunListener(RunConsole console) {
    this.console = console;
  }

  /** Keeps the live line's times going. */
  ConsoleRunListener start() {
    var unused = clock.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    return this;
  }

  @Override
  public synchronized void planned(ResumePlan plan) {
    stages = plan.decisions().size();
    console.note(
        plan.pipeline()
            + ": "
            + counted(stages, "stage")
            + ", "
            + plan.toSkip().size()
            + " completed, "
            + plan.toRun().size()
            + " to run"
            + (plan.blocked().isEmpty() ? "" : ", " + plan.blocked().size() + " blocked"));
  }

  @Override
  public synchronized void started(String stage, long attempt, Reason why) {
    running.put(stage, System.nanoTime());
    console.note(
        "running "
            + stage
            + (attempt > 1 ? " (attempt " + attempt + ")" : "")
            + ": "
            + why.sentence());
    tick();
  }

  @Override
  public void waiting(String stage, String reason) {
    console.note("waiting for " + stage + ": " + reason);
  }

  @Override
  public synchronized void settled(StageReport report) {
    running.remove(report.stage());
    settled++;
    if (report.outcome() != StageOutcome.SKIPPED) {
      console.note("[" + settled + "/" + stages + "] " + ended(report));
    }
    tick();
  }

  private static String ended(StageReport report) {
    return switch (report.outcome()) {
      case RAN -> report.stage() + ": done in " + Text.duration(report.duration());
      case SKIPPED -> report.stage() + ": skipped: " + reason(report);
      case FAILED -> report.stage() + ": FAILED: " + reason(report);
      case NOT_SAVED -> report.stage() + ": NOT SAVED: " + reason(report);
      case BLOCKED -> report.stage() + ": blocked: " + reason(report);
    };
  }

  /** Why a stage ended as it did, without the names of our classes. */
  static String reason(StageReport report) {
    return report
        .failure()
        .filter(StageCommandException.class::isInstance)
        .map(Throwable::getMessage)
        .orElse(report.reason().sentence());
  }

  @Override
  public synchronized void finished(RunReport report) {
    running.clear();
    console.live("");
    StringBuilder counts = new StringBuilder();
    for (StageOutcome outcome : StageOutcome.values()) {
      int count = report.with(outcome).size();
      if (count > 0) {
        counts.append(counts.isEmpty() ? "" : ", ").append(count).append(' ').append(word(outcome));
      }
    }
    console.note(
        report.pipeline()
            + (report.isComplete() ? ": completed: " : ": not completed: ")
            + counts
            + " in "
            + Text.duration(report.duration()));
    report.resume().ifPresent(command -> console.note("to resume: " + command));
  }

  private static String word(StageOutcome outcome) {
    return switch (outcome) {
      case RAN -> "ran";
      case SKIPPED -> "skipped";
      case FAILED -> "failed";
      case NOT_SAVED -> "not saved";
      case BLOCKED -> "blocked";
    };
  }

  private synchronized void tick() {
    long now = System.nanoTime();
    console.live(
        running.isEmpty()
            ? ""
            : "["
                + settled
                + "/"
                + stages
                + "] "
                + running.entrySet().stream()
                    .map(
                        entry ->
                            entry.getKey()
                                + " "
                                + Text.duration(Duration.ofNanos(now - entry.getValue())))
                    .collect(Collectors.joining(", ")));
  }

  private static String counted(int number, String thing) {
    return number == 1 ? "1 " + thing : number + " " + thing + "s";
  }

  @Override
  public void close() {
    clock.shutdownNow();
    console.live("");
  }
}
