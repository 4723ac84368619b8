package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.internal.pipeline.TurnResult.RunFailures;
import io.github.checkpointmanager.internal.pipeline.declaration.RecordOwner;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import io.github.checkpointmanager.pipeline.StageReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run. The caller's thread starts turns of stages and takes their results from a queue; all of
 * the run's state belongs to that thread.
 */
public final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  /** Of stages that are not completed; the command reports these itself. */
  private static final Logger OUTCOMES = LoggerFactory.getLogger(StageReport.class);

  /** What all stages of one run share. Immutable, its parts thread-safe. */
  record Context(
      Pipeline pipeline,
      RunSettings settings,
      ListenerNotifier notifier,
      TaskRun.Running running,
      RollbackWatch rollbacks) {
    /** Whether the checkpoint may not complete a stage of this run: it is another pipeline's. */
    boolean isForeign(Checkpoint checkpoint) {
      return !settings.adopts() && RecordOwner.isOfAnother(pipeline.name(), checkpoint);
    }

    /** A reader that has read nothing yet, for one thread of the run; a stop ends its reading. */
    InputsReader newReader() {
      return new InputsReader(
          pipeline,
          settings.sources().stream()
              .<InputSource>map(source -> new InterruptibleSource(source, running))
              .toList());
    }
  }

  private final Pipeline pipeline;
  private final Context context;
  private final Executor workers;
  private final RecordsSnapshot seen;
  private final ResumePlan plan;
  private final DependencyTracker progress;
  private final DeferredStages deferred;
  private final Deque<String> ready = new ArrayDeque<>();
  private final Set<String> underWay = new HashSet<>();
  private final Map<String, StageJob> jobs = new HashMap<>();
  private final BlockingQueue<TurnResult> ended = new LinkedBlockingQueue<>();
  private final int atOnce;
  private boolean interrupted;

  private Run(
      Pipeline pipeline, Context context, Executor workers, RecordsSnapshot seen, ResumePlan plan) {
    this.pipeline = pipeline;
    this.context = context;
    this.workers = workers;
    this.atOnce = context.settings().parallelism();
    this.seen = seen;
    this.plan = plan;
    this.progress = new DependencyTracker(pipeline);
    this.deferred = new DeferredStages(context.settings().timing());
  }

  /**
   * Runs a pipeline as far as it gets.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read; nothing
   *     was run
   */
  public static RunReport run(Pipeline pipeline, RunSettings settings) {
    Executor callers = settings.executor();
    if (callers != null) {
      return run(pipeline, settings, callers);
    }
    // Daemons: the run waits for them, and after a failure they must not keep the JVM alive.
    ExecutorService own =
        Executors.newFixedThreadPool(
            settings.parallelism(), DaemonThreads.numbered("checkpoint-stage"));
    try {
      return run(pipeline, settings, own);
    } finally {
      own.shutdown();
    }
  }

  private static RunReport run(Pipeline pipeline, RunSettings settings, Executor workers) {
    long begin = System.nanoTime();
    ListenerNotifier notifier = new ListenerNotifier(settings.listener());
    RecordsSnapshot seen = RecordsReader.read(pipeline, settings, false);
    ResumePlan plan = ResumePlanner.plan(pipeline, seen, settings.options());
    if (settings.recordsDeclaration()) {
      DeclarationDocument.record(settings, pipeline);
    }
    notifier.call(l -> l.planned(plan));
    Context context =
        new Context(
            pipeline,
            settings,
            notifier,
            new TaskRun.Running(),
            new RollbackWatch(settings.checkpoints(), seen.rollback()));
    Run run = new Run(pipeline, context, workers, seen, plan);
    List<StageReport> stages = run.toTheEnd();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Optional<String> resume =
        stages.stream().allMatch(StageReport::isCompleted)
            ? Optional.empty()
            : Optional.of(settings.howToResume(pipeline.name(), stages));
    RunReport report = new RunReport(pipeline.name(), stages, run.interrupted, took, resume);
    notifier.call(l -> l.finished(report));
    return report;
  }

  /**
   * Runs until every stage has its outcome.
   *
   * @return the reports of all stages, in order
   */
  private List<StageReport> toTheEnd() {
    if (seen.rollback().blocks()) {
      plan.decisions().forEach(decision -> settle(withoutTurn(decision)));
    }
    skipWhatIsDone();
    ready.clear();
    pipeline.order().stream()
        .map(PipelineStage::name)
        .filter(stage -> !progress.isSettled(stage) && progress.isReady(stage))
        .forEach(ready::add);
    while (!progress.isComplete()) {
      beginReady();
      if (!underWay.isEmpty() || deferred.untilNext().isPresent()) {
        next().ifPresent(this::take);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return progress.reports();
  }

  /**
   * Skips the completed stages whose upstream stages are all completed, without reading them again:
   * with thousands of completed stages that would double the requests of a run.
   */
  private void skipWhatIsDone() {
    for (StageDecision decision : plan.decisions()) {
      String stage = decision.stage();
      if (decision.action() == Action.SKIP && progress.isReady(stage)) {
        settle(withoutTurn(decision));
      }
    }
  }

  /** The result of a stage that is skipped or blocked. */
  private TurnResult.Settled withoutTurn(StageDecision decision) {
    String stage = decision.stage();
    Reason reason = decision.reasons().get(0);
    return decision.action() == Action.SKIP
        ? TurnResult.skipped(stage, reason, seen.of(stage).checkpoint().orElseThrow())
        : TurnResult.blocked(stage, reason, null);
  }

  private void beginReady() {
    while (underWay.size() < atOnce) {
      String stage = ready.poll();
      boolean wasDeferred = stage == null;
      if (stage == null) {
        stage = deferred.due().orElse(null);
      }
      if (stage == null) {
        return;
      }
      if (settledWithoutTurn(stage)) {
        continue;
      }
      if (!begin(stage)) {
        if (wasDeferred) {
          deferred.add(stage, Backoff.CLAIM.pause(0, context.settings().timing().random()));
        } else {
          ready.addFirst(stage);
        }
        return;
      }
    }
  }

  /** Settles a stage that cannot run, after a failed stage or after an interrupt. */
  private boolean settledWithoutTurn(String stage) {
    if (interrupted) {
      settle(TurnResult.blocked(stage, RunFailures.interrupted(), null));
      return true;
    }
    if (progress.blockerBefore(stage) == null) {
      return false;
    }
    settle(
        withoutTurn(
            ResumePlanner.decide(
                pipeline.stage(stage),
                seen.of(stage),
                progress.statesBefore(stage),
                plan.options())));
    return true;
  }

  /** Whether the turn was started; the caller's executor may have no room now. */
  private boolean begin(String stage) {
    StageJob job =
        jobs.computeIfAbsent(
            stage,
            name ->
                new StageJob(
                    new StageDecider(
                        context,
                        pipeline.stage(name),
                        progress.statesBefore(name),
                        seen.of(name),
                        new SettledUpstream(context, progress.settledStates()))));
    underWay.add(stage);
    try {
      workers.execute(() -> ended.add(turn(job, stage)));
      return true;
    } catch (RejectedExecutionException e) {
      underWay.remove(stage);
      if (underWay.isEmpty()) {
        Reason refused =
            new Reason(
                Reason.Code.REJECTED,
                "the executor refused it: " + LogSafe.of(String.valueOf(e.getMessage())));
        settle(TurnResult.blocked(stage, refused, e));
        return true;
      }
      return false;
    }
  }

  /** One turn; an unexpected exception becomes a result, so that the run does not wait forever. */
  private TurnResult turn(StageJob job, String stage) {
    try {
      return job.turn();
    } catch (RuntimeException | Error e) {
      return TurnResult.failed(stage, RunFailures.ofTask(e), e);
    }
  }

  private Optional<TurnResult> next() {
    try {
      Optional<Duration> wait = underWay.size() < atOnce ? deferred.untilNext() : Optional.empty();
      if (wait.isEmpty()) {
        return Optional.of(ended.take());
      }
      if (!underWay.isEmpty()) {
        return Optional.ofNullable(ended.poll(wait.get().toNanos(), TimeUnit.NANOSECONDS));
      }
      context.settings().timing().sleep(wait.get());
      return Optional.empty();
    } catch (InterruptedException e) {
      interrupted = true; // set again at the end
      context.running().stop();
      ready.addAll(deferred.drain());
      return Optional.empty();
    }
  }

  private void take(TurnResult result) {
    underWay.remove(result.stage());
    if (result instanceof TurnResult.Settled settled) {
      settle(settled);
    } else if (result instanceof TurnResult.Deferred later) {
      context.notifier().waiting(later.stage(), later.whom(), later.reason());
      if (interrupted) {
        ready.add(later.stage());
      } else {
        deferred.add(later.stage(), later.pause());
      }
    }
  }

  private void settle(TurnResult.Settled settled) {
    log(settled.report());
    jobs.remove(settled.stage());
    ready.addAll(progress.settle(settled));
    context.notifier().call(listener -> listener.settled(settled.report()));
  }

  /** Each stage has one outcome in a run, so each is logged once. */
  private static void log(StageReport report) {
    String stage = LogSafe.of(report.stage());
    String why = report.reason().sentence();
    Throwable failure = report.failure().orElse(null);
    switch (report.outcome()) {
      case RAN -> {} // logged when it was saved
      case SKIPPED -> LOG.info("Checkpoint found, skipping stage: {}", stage);
      case FAILED -> OUTCOMES.error("Stage failed: {}: {}", stage, why, failure);
      case NOT_SAVED -> OUTCOMES.error("Stage not saved: {}: {}", stage, why, failure);
      case BLOCKED -> OUTCOMES.error("Stage blocked: {}: {}", stage, why, failure);
    }
  }

  /** Stages that wait for another worker or for the store, by when each is due. For one thread. */
  private static final class DeferredStages {
    private record Waiting(String stage, long due) {}

    private final Timing timing;
    private final PriorityQueue<Waiting> queue =
        new PriorityQueue<>(Comparator.comparingLong(Waiting::due));

    DeferredStages(Timing timing) {
      this.timing = timing;
    }

    /** Adds a stage that is due after a pause. */
    void add(String stage, Duration pause) {
      queue.add(new Waiting(stage, timing.nanoTime() + pause.toNanos()));
    }

    /** Removes and returns a stage that is due. */
    Optional<String> due() {
      return untilNext().filter(Duration::isZero).map(now -> queue.remove().stage());
    }

    /** How long until the next stage is due; empty when none waits. */
    Optional<Duration> untilNext() {
      return Optional.ofNullable(queue.peek())
          .map(first -> Duration.ofNanos(Math.max(0, first.due() - timing.nanoTime())));
    }

    /** Removes and returns all stages. */
    List<String> drain() {
      List<String> all = queue.stream().map(Waiting::stage).toList();
      queue.clear();
      return all;
    }
  }
}
