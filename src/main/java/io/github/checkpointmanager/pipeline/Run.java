package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: the thread that asked for it begins turns of stages and takes in what they come to. All
 * of its state belongs to that thread; turns only put their results into a queue.
 */
final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  private record Ended(String stage, JobResult result) {}

  private final Pipeline pipeline;
  private final RunSettings settings;
  private final Workers workers;
  private final RecordsSeen seen;
  private final ResumePlan plan;
  private final Progress progress;
  private final Aside aside = new Aside();
  private final Deque<String> ready = new ArrayDeque<>();
  private final Set<String> underWay = new HashSet<>();
  private final Map<String, StageJob> jobs = new HashMap<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private boolean interrupted;

  Run(Pipeline pipeline, RunSettings settings, Workers workers, RecordsSeen seen, ResumePlan plan) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.workers = workers;
    this.seen = seen;
    this.plan = plan;
    this.progress = new Progress(pipeline);
  }

  /**
   * Runs to the end.
   *
   * @return what became of each stage, in order
   */
  List<StageReport> run() {
    skipWhatIsDone();
    ready.clear();
    pipeline.order().stream()
        .map(PipelineStage::name)
        .filter(stage -> !progress.isSettled(stage) && progress.isReady(stage))
        .forEach(ready::add);
    while (!progress.isComplete()) {
      beginReady();
      if (!underWay.isEmpty() || aside.untilNext(System.nanoTime()).isPresent()) {
        next().ifPresent(this::take);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return progress.reports();
  }

  boolean wasInterrupted() {
    return interrupted;
  }

  /**
   * What was completed a moment ago, with everything before it, is not read again: with thousands
   * of completed stages that would double the requests of a run.
   */
  private void skipWhatIsDone() {
    for (StageDecision decision : plan.decisions()) {
      String stage = decision.stage();
      if (decision.action() == Action.SKIP && progress.isReady(stage)) {
        settle(stage, skipped(stage, decision));
      }
    }
  }

  private JobResult.Settled skipped(String stage, StageDecision decision) {
    return Settling.skipped(
        pipeline.stage(stage),
        decision.reasons().get(0),
        UpstreamSeen.done(
            seen.of(stage).checkpoint().orElseThrow(), progress.blockerBefore(stage)));
  }

  private void beginReady() {
    while (underWay.size() < workers.atOnce()) {
      String stage = ready.poll();
      boolean wasAside = stage == null;
      if (stage == null) {
        stage = aside.due(System.nanoTime()).orElse(null);
      }
      if (stage == null) {
        return;
      }
      if (settledWithoutTurn(stage)) {
        continue;
      }
      if (!begin(stage)) {
        if (wasAside) {
          aside.put(stage, Duration.ZERO, System.nanoTime());
        } else {
          ready.addFirst(stage);
        }
        return;
      }
    }
  }

  /** Nothing runs after a stage that failed, nor after an interrupt. */
  private boolean settledWithoutTurn(String stage) {
    if (interrupted) {
      settle(stage, Settling.blocked(pipeline.stage(stage), Failures.interrupted()));
      return true;
    }
    if (progress.blockerBefore(stage) == null) {
      return false;
    }
    StageDecision decision =
        ResumePlanner.decide(
            pipeline.stage(stage), seen.of(stage), progress.viewsBefore(stage), plan.options());
    if (decision.action() == Action.SKIP) {
      settle(stage, skipped(stage, decision));
    } else {
      settle(stage, Settling.blocked(pipeline.stage(stage), decision.reasons().get(0)));
    }
    return true;
  }

  /** Whether the turn was begun; a caller's executor may have no room just now. */
  private boolean begin(String stage) {
    StageJob job =
        jobs.computeIfAbsent(
            stage,
            name ->
                new StageJob(
                    settings, pipeline.stage(name), progress.viewsBefore(name), seen.of(name)));
    underWay.add(stage);
    try {
      workers.begin(() -> ended.add(new Ended(stage, turn(job, stage))));
      return true;
    } catch (RejectedExecutionException e) {
      underWay.remove(stage);
      if (underWay.isEmpty()) {
        settle(
            stage,
            Settling.blocked(
                pipeline.stage(stage),
                new Reason(Reason.Code.REJECTED, "the executor refused it: " + e.getMessage()),
                e));
        return true;
      }
      return false;
    }
  }

  /** Whatever happens in a turn, the run hears of its end. */
  private JobResult turn(StageJob job, String stage) {
    try {
      return job.turn();
    } catch (RuntimeException | Error e) {
      return Settling.failed(pipeline.stage(stage), Failures.ofTask(e), Duration.ZERO, 0, e);
    }
  }

  private Optional<Ended> next() {
    try {
      long now = System.nanoTime();
      Optional<Duration> wait =
          underWay.size() < workers.atOnce() ? aside.untilNext(now) : Optional.empty();
      return wait.isPresent()
          ? Optional.ofNullable(ended.poll(wait.get().toNanos(), TimeUnit.NANOSECONDS))
          : Optional.of(ended.take());
    } catch (InterruptedException e) {
      interrupted = true; // set again at the end
      settings.running().stop();
      ready.addAll(aside.drain());
      return Optional.empty();
    }
  }

  private void take(Ended end) {
    underWay.remove(end.stage());
    if (end.result() instanceof JobResult.Settled settled) {
      settle(end.stage(), settled);
      return;
    }
    JobResult.Aside put = (JobResult.Aside) end.result();
    settings.announcer().waiting(end.stage(), put.whom(), put.reason());
    if (interrupted) {
      ready.add(end.stage());
    } else {
      aside.put(end.stage(), put.atMost(), System.nanoTime());
    }
  }

  private void settle(String stage, JobResult.Settled settled) {
    if (settled.report().outcome() == StageOutcome.SKIPPED) {
      LOG.info("Checkpoint found, skipping stage: {}", LogSafe.of(stage));
    }
    jobs.remove(stage);
    ready.addAll(progress.settle(stage, settled));
    settings.announcer().tell(listener -> listener.settled(settled.report()));
  }
}
