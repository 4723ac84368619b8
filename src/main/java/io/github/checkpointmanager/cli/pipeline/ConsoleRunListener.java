package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunListener;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports the events of a run on standard error as they happen. Thread-safe. */
final class ConsoleRunListener implements RunListener, AutoCloseable {
  private final RunConsole console;
  private final String location;
  private final Map<String, Long> running = new LinkedHashMap<>(); // guarded by this
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("checkpoint-live-line"));
  private int stages; // guarded by this
  private int settled; // guarded by this

  /**
   * For one run.
   *
   * @param location where it saves all its checkpoints, which is told once
   */
  ConsoleRunListener(RunConsole console, String location) {
    this.console = console;
    this.location = location;
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
        PlanRows.counts(
                plan,
                String.format(
                    Locale.ROOT,
                    "%s, %d completed, %d to run",
                    Text.count(stages, "stage"),
                    plan.toSkip().size(),
                    plan.toRun().size()))
            + "; the checkpoints are in "
            + location);
  }

  @Override
  public synchronized void started(String stage, long attempt, Reason why) {
    running.put(stage, System.nanoTime());
    String which = attempt > 1 ? stage + " (attempt " + attempt + ")" : stage;
    console.note("running " + which + ": " + why.sentence());
    tick();
  }

  @Override
  public void waiting(String stage, String reason) {
    console.note("waiting for " + stage + ": " + reason);
  }

  @Override
  public void settled(StageReport report) {
    console.drain(report.stage());
    tell(report);
  }

  private synchronized void tell(StageReport report) {
    running.remove(report.stage());
    settled++;
    String text = progress() + report.stage() + ": " + ended(report);
    switch (report.outcome()) {
      case SKIPPED -> {}
      case RAN -> console.note(text);
      case FAILED, NOT_SAVED, BLOCKED -> console.error(text);
    }
    tick();
  }

  private synchronized String progress() {
    return "[" + settled + "/" + stages + "] ";
  }

  private static String ended(StageReport report) {
    return switch (report.outcome()) {
      case RAN -> "done in " + Text.duration(report.duration());
      case SKIPPED, BLOCKED -> word(report.outcome()) + ": " + reason(report);
      case FAILED, NOT_SAVED ->
          word(report.outcome()).toUpperCase(Locale.ROOT) + ": " + reason(report);
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
    String counts =
        Stream.of(StageOutcome.values())
            .filter(outcome -> !report.with(outcome).isEmpty())
            .map(outcome -> report.with(outcome).size() + " " + word(outcome))
            .collect(Collectors.joining(", "));
    console.note(
        report.pipeline()
            + (report.isComplete() ? ": completed: " : ": not completed: ")
            + counts
            + " in "
            + Text.duration(report.duration()));
    String when = isRolledBack(report) ? "to resume when the rollback is over: " : "to resume: ";
    report.resume().ifPresent(command -> console.note(when + command));
  }

  /** The stages' reasons say how to finish the rollback; until then no run begins anything. */
  private static boolean isRolledBack(RunReport report) {
    return report.stages().stream().anyMatch(s -> s.reason().code() == Reason.Code.ROLLED_BACK);
  }

  private static String word(StageOutcome outcome) {
    return Text.lower(outcome).replace('_', ' ');
  }

  private synchronized void tick() {
    long now = System.nanoTime();
    console.live(
        running.isEmpty()
            ? ""
            : progress()
                + running.entrySet().stream()
                    .map(
                        entry ->
                            entry.getKey()
                                + " "
                                + Text.duration(Duration.ofNanos(now - entry.getValue())))
                    .collect(Collectors.joining(", ")));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    console.live("");
  }
}
