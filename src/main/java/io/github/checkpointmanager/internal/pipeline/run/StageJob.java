package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsSnapshot;
import io.github.checkpointmanager.internal.pipeline.plan.UpstreamState;
import io.github.checkpointmanager.internal.pipeline.run.TurnResult.RunFailures;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stage of one run. Each turn reads fresh records, decides, claims if the run does, and runs
 * the task. Turns follow one another, on any threads.
 */
final class StageJob {
  /** How many turns in a row the store may fail to answer, before the task begins. */
  private static final int PATIENCE = 3;

  /** How often its claim may be lost before the stage counts as not saved. */
  private static final int MOST_LOSSES = 3;

  private final Run.Context run;
  private final PipelineStage stage;
  private final StageDecider decisions;
  private final StageClaimer claimer;

  /** The record as it was when the stage was found busy. */
  private RecordsSnapshot.@Nullable Stage busyLook;

  private int deferrals;
  private int unanswered;
  private int losses;

  /**
   * @param upstream the states of the stages directly before this one
   * @param atStart the stage's records at the start of the run
   */
  StageJob(
      Run.Context run,
      PipelineStage stage,
      Map<String, UpstreamState> upstream,
      RecordsSnapshot.Stage atStart) {
    this.run = run;
    this.stage = stage;
    this.decisions = new StageDecider(run, stage, upstream, atStart);
    this.claimer = run.checkpoints().contend(stage.name());
  }

  /** Takes one turn. Failures of the store and of the task become results. */
  TurnResult turn() {
    if (run.running().isStopping()) {
      return TurnResult.blocked(stage, RunFailures.interrupted());
    }
    try {
      TurnResult result = attempt();
      unanswered = 0;
      return result;
    } catch (StoreUnavailableException | OutcomeUnknownException e) {
      return ++unanswered <= PATIENCE
          ? deferred("the store", e.what() + ": " + e.why())
          : TurnResult.blocked(stage, RunFailures.before(e), e);
    } catch (CheckpointException e) {
      Reason reason = RunFailures.before(e);
      return reason.code() == Code.ATTEMPTS_EXHAUSTED
          ? TurnResult.failed(stage, reason, Duration.ZERO, 0, e)
          : TurnResult.blocked(stage, reason, e);
    }
  }

  /** 1 GET. */
  private RecordsSnapshot.Stage look() {
    return RecordsSnapshot.Stage.of(run.checkpoints().inspect(stage.name()));
  }

  private TurnResult attempt() {
    RecordsSnapshot.Stage look = look();
    // A busy stage with the same record as before is decided again only when it can be claimed: to
    // decide may read large inputs.
    boolean known = busyLook != null && busyLook.isSameAs(look);
    StageDecider.Decided decided = known ? null : decisions.decide(look);
    if (decided != null && decided.isFinal()) {
      return decided.ended();
    }
    TaskRun task = new TaskRun(stage, run.notifier());
    if (run.claim() == null && decided != null) {
      return new StageExecution(run, stage, task, null).run(look, decided);
    }
    ClaimResult taken = claim(look, task);
    if (taken instanceof ClaimResult.Busy busy) {
      busyLook = look;
      return deferred(busy);
    }
    busyLook = null;
    if (taken instanceof ClaimResult.Held held) {
      try (Claim claim = held.claim()) {
        task.claimedBy(claim);
        return underClaim(claim, task, look, decided);
      }
    }
    return changed();
  }

  private TurnResult underClaim(
      Claim claim,
      TaskRun task,
      RecordsSnapshot.Stage look,
      StageDecider.@Nullable Decided before) {
    // If there was no checkpoint, claiming has read once more.
    if (look.checkpoint().isPresent() && !look().isSameAs(look)) {
      return changed();
    }
    StageDecider.Decided decided = before == null ? decisions.decide(look) : before;
    if (decided.isFinal()) {
      return decided.ended();
    }
    TurnResult result = new StageExecution(run, stage, task, claim).run(look, decided);
    if (result instanceof TurnResult.Settled settled
        && settled.report().reason().code() == Code.CLAIM_LOST
        && ++losses <= MOST_LOSSES) {
      return deferred("the next holder", "its claim was lost");
    }
    return result;
  }

  /** Another worker was faster: the next turn reads everything again. */
  private TurnResult changed() {
    return deferred("another worker", "its record has just changed");
  }

  private ClaimResult claim(RecordsSnapshot.Stage look, TaskRun task) {
    ClaimOptions base = Objects.requireNonNull(run.claim());
    ClaimOptions options = stage.lease().map(base::withLease).orElse(base).onLost(task::lose);
    if (stage.maxAttempts() > 0) {
      options = options.maxAttempts(stage.maxAttempts());
    }
    if (look.checkpoint().isPresent()) {
      options = options.rerun(look.checkpoint().get());
    }
    return claimer.tryClaim(options);
  }

  private TurnResult deferred(ClaimResult.Busy busy) {
    return new TurnResult.Deferred(
        busy.by().map(StageJob::identity).orElse("an unreadable claim"),
        busy.reason(),
        claimer.pause(busy));
  }

  private TurnResult deferred(String whom, String reason) {
    return new TurnResult.Deferred(
        whom, reason, Backoff.CLAIM.pause(deferrals++, run.timing().random()));
  }

  private static String identity(ClaimInfo holder) {
    return holder.host() + "/" + holder.process() + "/" + holder.attempt();
  }
}
