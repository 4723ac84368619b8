package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.process.Interrupts.inSpiteOfAnInterrupt;
import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.pipeline.StageDecider.Decided;
import io.github.checkpointmanager.internal.pipeline.TurnResult.RunFailures;
import io.github.checkpointmanager.internal.process.NoAttemptException;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one stage's task once and saves its checkpoint; under a claim, or without. */
final class StageExecution {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  private final Run.Context run;
  private final CheckpointManager checkpoints;
  private final PipelineStage stage;
  private final TaskRun task;
  private final @Nullable Claim claim;
  private final Decided decided;
  private Duration took = Duration.ZERO;

  StageExecution(Run.Context run, TaskRun task, Decided decided) {
    this.run = run;
    this.checkpoints = run.settings().checkpoints();
    this.stage = task.declaration();
    this.task = task;
    this.claim = task.claim();
    this.decided = decided;
  }

  TurnResult run() {
    InputsReader reader = run.newReader();
    RecordsSnapshot.Inputs inputs = decided.seen().inputs().orElseGet(() -> reader.of(stage));
    if (!inputs.isComplete()) {
      return TurnResult.blocked(stage.name(), obstacle(inputs), null);
    }
    run.notifier().call(l -> l.started(stage.name(), task.attempt(), decided.reason()));
    Instant start = checkpoints.clock().instant();
    long begin = System.nanoTime();
    Throwable failure = execute();
    took = Duration.ofNanos(System.nanoTime() - begin);
    return inSpiteOfAnInterrupt(() -> failure == null ? save(inputs, start) : failed(failure));
  }

  private @Nullable Throwable execute() {
    run.running().add(task);
    try {
      task.run();
      return null;
    } catch (Throwable e) {
      return e;
    } finally {
      run.running().remove(task);
    }
  }

  private static Reason obstacle(RecordsSnapshot.Inputs inputs) {
    return inputs.missing().isEmpty()
        ? new Reason(Code.INPUT_UNREADABLE, String.join("; ", inputs.unreadable().values()))
        : new Reason(Code.INPUT_MISSING, String.join("; ", inputs.missing().values()));
  }

  private TurnResult failed(Throwable failure) {
    if (task.isLost()) {
      return lost(failure);
    }
    if (failure instanceof NoAttemptException none) {
      endWithoutFailure(String.valueOf(none.getMessage()), none.isStopped());
      return blocking(StageOutcome.FAILED, RunFailures.noAttempt(none), failure);
    }
    if (!task.isCancelled()) {
      return failed(RunFailures.ofTask(failure), failure);
    }
    endWithoutFailure("the run was interrupted", task.hasBegun());
    return blocking(StageOutcome.FAILED, RunFailures.interrupted(), failure);
  }

  /** It is no failure of the stage; but where its work may begin only once, it has begun. */
  private void endWithoutFailure(String reason, boolean begun) {
    if (claim != null && begun && claim.maxAttempts() == 1) {
      claim.fail(reason);
    } else if (claim != null) {
      claim.release(reason);
    }
  }

  private TurnResult failed(Reason reason, Throwable failure) {
    if (claim != null) {
      claim.fail(failure);
    }
    return blocking(StageOutcome.FAILED, reason, failure);
  }

  private TurnResult save(RecordsSnapshot.Inputs inputs, Instant start) {
    Map<String, ContentDigest> outputs = new LinkedHashMap<>();
    InputsReader reader = run.newReader();
    for (String path : stage.outputs()) {
      try {
        Optional<ContentDigest> made = reader.identify(path);
        if (made.isEmpty()) {
          String why = "its task returned, but the declared output " + quoted(path) + " is missing";
          return failed(new Reason(Code.OUTPUT_MISSING, why), new InputException(why + "."));
        }
        outputs.put(path, made.get());
      } catch (InputException e) {
        // The work is done: it counts, and only the comparison of this output is lost.
        LOG.warn(
            "Output not recorded, the stage is saved without it: {}: {}",
            LogSafe.of(stage.name()),
            run.running().isStopping()
                ? "the run was interrupted while "
                    + quoted(path)
                    + " was read; that it changes later is not noticed"
                : LogSafe.of(String.valueOf(e.getMessage())));
      }
    }
    Map<String, String> upstream = new LinkedHashMap<>();
    for (String before : stage.after()) {
      Optional.ofNullable(decided.upstream().get(before))
          .flatMap(UpstreamState::checkpoint)
          .ifPresent(built -> upstream.put(before, built.identity()));
    }
    return save(
        task.saving()
            .startedAt(start)
            .pipeline(run.pipeline().name())
            .fingerprint(inputs.fingerprint())
            .upstream(upstream)
            .outputs(outputs));
  }

  private TurnResult save(SaveOptions options) {
    SaveResult result;
    try {
      result = saved(decided.seen().checkpoint().orElse(null), options);
    } catch (ClaimLostException e) {
      return lost(e);
    } catch (CheckpointConflictException e) {
      return e.current()
          .map(theirs -> anothers(theirs, options))
          .orElseGet(() -> notSaved(RunFailures.notSaved(e), e));
    } catch (RuntimeException | Error e) {
      recordUnsaved(e);
      return notSaved(RunFailures.notSaved(e), e);
    }
    return switch (result.outcome()) {
      case SAVED -> ran(decided.reason(), result.checkpoint().orElseThrow());
      case ALREADY_SAVED -> anothers(result.checkpoint().orElseThrow(), options);
      case NOT_SAVED -> unsaved(result.cause().orElse(null));
    };
  }

  /**
   * A result that was refused, such as one that is too large, is a failure of the stage, and for
   * good: each further attempt would do the work and be refused. An unknown outcome is no failure,
   * since the checkpoint may still land.
   */
  private void recordUnsaved(Throwable failure) {
    if (claim == null || failure instanceof OutcomeUnknownException) {
      return;
    }
    if (failure instanceof InvalidInputException refused && refused.isOfRecord()) {
      claim.failPermanently(refused);
    } else {
      claim.fail(failure);
    }
  }

  /**
   * Replaces exactly the checkpoint that was seen, or creates the first. When the store does not
   * answer, or the outcome is unknown, it tries again as {@link Backoff#SAVE_AFTER_TASK} says.
   */
  private SaveResult saved(@Nullable Checkpoint seen, SaveOptions options) {
    if (claim != null) {
      return patiently(() -> claim.complete(options), false); // waits as long as the claim is valid
    }
    return seen == null
        ? patiently(() -> checkpoints.save(stage.name(), options), true)
        : patiently(() -> checkpoints.replace(seen, options), true);
  }

  private SaveResult patiently(Supplier<SaveResult> first, boolean untilKnown) {
    Supplier<SaveResult> send = first;
    for (int before = 0; ; before++) {
      try {
        return send.get();
      } catch (OutcomeUnknownException e) {
        if (!untilKnown || !waited(before)) {
          throw e;
        }
        send = e::retry; // the same bytes, so that nothing is written twice
      } catch (StoreUnavailableException e) {
        if (!waited(before)) {
          throw e;
        }
      }
    }
  }

  /** Whether it waited for another try; not after the last, nor when the thread is interrupted. */
  private boolean waited(int before) {
    Timing timing = run.settings().timing();
    if (before + 1 == Backoff.SAVE_AFTER_TASK.tries()) {
      return false;
    }
    try {
      timing.sleep(Backoff.SAVE_AFTER_TASK.pause(before, timing.random()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private TurnResult ran(Reason reason, Checkpoint checkpoint) {
    return settled(StageOutcome.RAN, reason, null, UpstreamState.done(checkpoint));
  }

  /**
   * Another worker's checkpoint is current. It completes the stage here only if it was made from
   * the inputs of this run, as the policy has it.
   */
  private TurnResult anothers(Checkpoint theirs, SaveOptions ours) {
    if (run.isForeign(theirs)) {
      return blocking(StageOutcome.BLOCKED, RunFailures.otherPipeline(theirs), null);
    }
    if (run.settings().options().policy() == ResumePolicy.FINGERPRINT
        && !isSameWork(theirs, ours)) {
      return blocking(StageOutcome.BLOCKED, RunFailures.otherInputs(theirs), null);
    }
    Reason why = decided.reason();
    return ran(
        new Reason(
            why.code(),
            why.sentence()
                + "; another worker completed it in the meantime, and its checkpoint is current: "
                + theirs.completion()),
        theirs);
  }

  /** Whether both have the same fingerprint and were built on the same checkpoints. */
  private static boolean isSameWork(Checkpoint theirs, SaveOptions ours) {
    return theirs
            .fingerprint()
            .equals(Optional.ofNullable(ours.provenance().get(Header.FINGERPRINT)))
        && theirs.upstream().equals(StageRecord.keyed(ours.provenance(), Header.UPSTREAM_PREFIX));
  }

  private TurnResult lost(Throwable failure) {
    boolean removed = claim != null && claim.isRemoved();
    String how = removed ? "taken away (cleared or released)" : "lost";
    return notSaved(
        new Reason(Code.CLAIM_LOST, "its claim was " + how + " while its task ran"), failure);
  }

  private TurnResult notSaved(Reason reason, Throwable failure) {
    return blocking(StageOutcome.NOT_SAVED, reason, failure);
  }

  /**
   * Under {@code FailureMode.BEST_EFFORT} the run goes on; the stages after it cannot name its
   * record.
   */
  private TurnResult unsaved(@Nullable Throwable cause) {
    Reason reason =
        cause == null
            ? new Reason(Code.NOT_SAVED, "its checkpoint was not saved")
            : RunFailures.notSaved(cause);
    return settled(StageOutcome.NOT_SAVED, reason, cause, UpstreamState.running());
  }

  /** An outcome after which nothing that depends on the stage runs. */
  private TurnResult blocking(StageOutcome outcome, Reason reason, @Nullable Throwable failure) {
    return settled(outcome, reason, failure, UpstreamState.blocked(stage.name()));
  }

  private TurnResult settled(
      StageOutcome outcome, Reason reason, @Nullable Throwable failure, UpstreamState upstream) {
    long attempt = claim == null ? 0 : claim.attempt();
    return new TurnResult.Settled(
        new StageReport(stage.name(), outcome, reason, took, attempt, Optional.ofNullable(failure)),
        upstream);
  }
}
