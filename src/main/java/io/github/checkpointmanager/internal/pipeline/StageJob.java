package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.pipeline.StageDecider.Decided;
import io.github.checkpointmanager.internal.pipeline.TurnResult.RunFailures;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stage of one run. Each turn reads fresh records, decides, claims if the run does, and runs
 * the task. Turns follow one another, on any threads.
 */
final class StageJob {
  /** How many turns in a row the store may fail to answer, before the task begins. */
  private static final int PATIENCE = 3;

  /**
   * How often its claim may be lost, to another worker or because its lease ran out, before the
   * stage counts as not saved. Who takes it away by force wants no other attempt.
   */
  private static final int MOST_LOSSES = 3;

  private final Run.Context run;
  private final PipelineStage stage;
  private final StageDecider decider;
  private final StageClaimer claimer;

  /** The record as it was when the stage was found busy. */
  private RecordsSnapshot.@Nullable Stage busyLook;

  /** Since when another worker holds it, by the monotonic clock; null while none does. */
  private @Nullable Long busySince;

  private int deferrals;
  private int unanswered;
  private int losses;

  StageJob(StageDecider decider) {
    this.run = decider.run();
    this.stage = decider.stage();
    this.decider = decider;
    this.claimer = run.settings().checkpoints().claimer(stage.name());
  }

  /** Takes one turn. Failures of the store and of the task become results. */
  TurnResult turn() {
    if (run.running().isStopping()) {
      return TurnResult.blocked(stage.name(), RunFailures.interrupted(), null);
    }
    if (run.rollbacks().found().isPresent()) {
      return TurnResult.blocked(stage.name(), run.rollbacks().found().get(), null);
    }
    try {
      TurnResult result = attempt();
      unanswered = 0;
      return result;
    } catch (StoreUnavailableException | OutcomeUnknownException e) {
      return ++unanswered <= PATIENCE
          ? deferred("the store", e.what() + ": " + e.why())
          : TurnResult.blocked(stage.name(), RunFailures.before(Code.STORE_FAILED, e), e);
    } catch (AttemptsExhaustedException e) {
      return TurnResult.failed(stage.name(), RunFailures.exhausted(e), e);
    } catch (StageBusyException e) {
      return TurnResult.blocked(stage.name(), RunFailures.before(Code.HELD_AROUND, e), e);
    } catch (CheckpointException e) {
      return TurnResult.blocked(stage.name(), RunFailures.before(Code.STORE_FAILED, e), e);
    }
  }

  /** 1 GET. */
  private RecordsSnapshot.Stage look() {
    return RecordsSnapshot.Stage.of(run.settings().checkpoints().inspect(stage.name()));
  }

  private TurnResult attempt() {
    RecordsSnapshot.Stage look = look();
    // A busy stage with the same record as before is decided again only when it can be claimed: to
    // decide may read large inputs.
    boolean known = busyLook != null && busyLook.isSameAs(look);
    Decided decided = known ? null : decider.decide(look);
    if (decided != null && decided.isFinal()) {
      return decided.result();
    }
    ClaimOptions claiming = run.settings().claim();
    TaskRun task = new TaskRun(stage, run.notifier());
    if (claiming == null) {
      return new StageExecution(run, task, Objects.requireNonNull(decided)).run();
    }
    ClaimResult taken = claimer.tryClaim(options(claiming, look).onLost(task::lose));
    if (taken instanceof ClaimResult.Busy busy) {
      busyLook = look;
      return waiting(busy);
    }
    busyLook = null;
    busySince = null;
    if (taken instanceof ClaimResult.Held held) {
      try (Claim claim = held.claim()) {
        task.claimedBy(claim);
        try {
          return underClaim(claim, task, look, decided);
        } finally {
          if (!task.hasBegun()) {
            claim.release(whyNotBegun()); // no attempt, whatever the limit
          }
        }
      }
    }
    return changed();
  }

  private String whyNotBegun() {
    return "it was not begun"
        + run.rollbacks().found().map(rollback -> ": " + rollback.sentence()).orElse("");
  }

  /** Another worker holds the stage: it waits on, or has waited long enough. */
  private TurnResult waiting(ClaimResult.Busy busy) {
    long now = run.settings().timing().nanoTime();
    busySince = busySince == null ? now : busySince;
    Duration waited = Duration.ofNanos(now - busySince);
    Duration pause = claimer.backoff(busy);
    Optional<Duration> left = run.settings().longestWait().map(longest -> longest.minus(waited));
    if (left.isPresent() && left.get().compareTo(pause) < 0) {
      boolean over = left.get().isNegative() || left.get().isZero();
      if (over && !claimer.isWatching(busy)) {
        return TurnResult.blocked(stage.name(), RunFailures.busy(busy.reason(), waited), null);
      }
      pause = over ? pause : left.get();
    }
    return new TurnResult.Deferred(
        stage.name(),
        busy.by().map(StageJob::identity).orElse("an unreadable claim"),
        busy.reason(),
        pause);
  }

  private ClaimOptions options(ClaimOptions base, RecordsSnapshot.Stage look) {
    ClaimOptions options = stage.lease().map(base::withLease).orElse(base);
    if (stage.maxAttempts() > 0) {
      options = options.maxAttempts(stage.maxAttempts());
    }
    return look.checkpoint().map(options::rerun).orElse(options);
  }

  private TurnResult underClaim(
      Claim claim, TaskRun task, RecordsSnapshot.Stage look, @Nullable Decided before) {
    Optional<Reason> rolledBack = run.rollbacks().look();
    if (rolledBack.isPresent()) {
      return TurnResult.blocked(stage.name(), rolledBack.get(), null);
    }
    // If there was no checkpoint, claiming has read once more.
    if (look.checkpoint().isPresent() && !look().isSameAs(look)) {
      return changed();
    }
    Decided decided = before == null ? decider.decide(look) : before;
    if (decided.isFinal()) {
      return decided.result();
    }
    TurnResult result = new StageExecution(run, task, decided).run();
    return result instanceof TurnResult.Settled settled
            && settled.report().reason().code() == Code.CLAIM_LOST
            && !claim.isRemoved()
            && ++losses <= MOST_LOSSES
        ? deferred("the next holder", "its claim was lost")
        : result;
  }

  /** Another worker was faster: the next turn reads everything again. */
  private TurnResult changed() {
    return deferred("another worker", "its record has just changed");
  }

  private TurnResult deferred(String whom, String reason) {
    Duration pause = Backoff.CLAIM.pause(deferrals++, run.settings().timing().random());
    return new TurnResult.Deferred(stage.name(), whom, reason, pause);
  }

  private static String identity(ClaimInfo holder) {
    return holder.host() + "/" + holder.process() + "/" + holder.attempt();
  }
}
