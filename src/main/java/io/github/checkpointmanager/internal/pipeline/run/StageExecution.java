package io.github.checkpointmanager.internal.pipeline.run;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.internal.pipeline.plan.InputsReader;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsSnapshot;
import io.github.checkpointmanager.internal.pipeline.plan.UpstreamState;
import io.github.checkpointmanager.internal.pipeline.run.StageDecider.Decided;
import io.github.checkpointmanager.internal.pipeline.run.TurnResult.RunFailures;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs one stage's task once and saves its checkpoint; under a claim, or without. */
final class StageExecution {
  private final Run.Context run;
  private final PipelineStage stage;
  private final TaskRun task;
  private final @Nullable Claim claim;

  StageExecution(Run.Context run, PipelineStage stage, TaskRun task, @Nullable Claim claim) {
    this.run = run;
    this.stage = stage;
    this.task = task;
    this.claim = claim;
  }

  TurnResult run(RecordsSnapshot.Stage look, Decided decided) {
    RecordsSnapshot.Inputs inputs =
        decided.seen().inputs().orElseGet(() -> new InputsReader(run.sources()).of(stage));
    if (!inputs.isComplete()) {
      return TurnResult.blocked(stage, obstacle(inputs));
    }
    run.notifier().call(l -> l.started(stage.name(), task.attempt(), decided.reason()));
    Instant start = run.checkpoints().clock().instant();
    long begin = System.nanoTime();
    Throwable failure = execute();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    boolean interrupted = Thread.interrupted(); // it must not interrupt the save
    try {
      return failure == null ? save(look, decided, inputs, start, took) : failed(failure, took);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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

  private TurnResult failed(Throwable failure, Duration took) {
    if (task.isLost()) {
      return lost(failure, took);
    }
    if (task.isCancelled()) {
      if (claim != null) {
        claim.release("the run was interrupted"); // no failure of the stage
      }
      return TurnResult.failed(stage, RunFailures.interrupted(), took, attempt(), failure);
    }
    return failed(RunFailures.ofTask(failure), failure, took);
  }

  private TurnResult failed(Reason reason, Throwable failure, Duration took) {
    if (claim != null) {
      claim.fail(failure);
    }
    return TurnResult.failed(stage, reason, took, attempt(), failure);
  }

  private TurnResult save(
      RecordsSnapshot.Stage look,
      Decided decided,
      RecordsSnapshot.Inputs inputs,
      Instant start,
      Duration took) {
    Map<String, ContentDigest> outputs = new LinkedHashMap<>();
    InputsReader reader = new InputsReader(run.sources());
    for (String path : stage.outputs()) {
      try {
        Optional<ContentDigest> made = reader.identify(path);
        if (made.isEmpty()) {
          return missing(path, took);
        }
        outputs.put(path, made.get());
      } catch (InputException e) {
        return notSaved(new Reason(Code.OUTPUT_UNREADABLE, "output " + e.getMessage()), e, took);
      }
    }
    Map<String, String> upstream = new LinkedHashMap<>();
    for (String before : stage.after()) {
      UpstreamState seen = decided.upstream().get(before);
      if (seen != null) {
        seen.checkpoint().ifPresent(built -> upstream.put(before, built.identity()));
      }
    }
    SaveOptions options =
        task.saving()
            .startedAt(start)
            .fingerprint(inputs.fingerprint())
            .upstream(upstream)
            .outputs(outputs);
    return save(look.checkpoint().orElse(null), options, decided.reason(), took);
  }

  private TurnResult missing(String path, Duration took) {
    Reason reason =
        new Reason(
            Code.OUTPUT_MISSING,
            "its task returned, but the declared output " + quoted(path) + " is missing");
    return failed(reason, new InputException(reason.sentence() + "."), took);
  }

  private TurnResult save(
      @Nullable Checkpoint seen, SaveOptions options, Reason why, Duration took) {
    SaveResult result;
    try {
      result = new Saving(run.checkpoints(), run.timing()).save(stage.name(), claim, seen, options);
    } catch (ClaimLostException e) {
      return lost(e, took);
    } catch (CheckpointConflictException e) {
      return e.current().isPresent()
          ? anothers(e.current().get(), why, took)
          : notSaved(RunFailures.notSaved(e), e, took);
    } catch (RuntimeException | Error e) {
      return notSaved(RunFailures.notSaved(e), e, took);
    }
    return switch (result.outcome()) {
      case SAVED -> TurnResult.ran(stage, why, took, attempt(), result.checkpoint().orElseThrow());
      case ALREADY_SAVED -> anothers(result.checkpoint().orElseThrow(), why, took);
      case NOT_SAVED -> unsaved(result, took);
    };
  }

  private TurnResult anothers(Checkpoint theirs, Reason why, Duration took) {
    Reason reason =
        new Reason(
            why.code(),
            why.sentence()
                + "; another worker completed it in the meantime, and its checkpoint is current: "
                + theirs.completion());
    return TurnResult.ran(stage, reason, took, attempt(), theirs);
  }

  private TurnResult lost(Throwable failure, Duration took) {
    return notSaved(
        new Reason(Code.CLAIM_LOST, "its claim was lost while its task ran"), failure, took);
  }

  private TurnResult notSaved(Reason reason, Throwable failure, Duration took) {
    return TurnResult.notSaved(stage, reason, took, attempt(), failure);
  }

  /**
   * Under {@code FailureMode.BEST_EFFORT} the run goes on; the stages after it cannot name its
   * record.
   */
  private TurnResult unsaved(SaveResult result, Duration took) {
    Optional<Throwable> cause = result.cause().map(Throwable.class::cast);
    return TurnResult.unsaved(
        stage,
        cause
            .map(RunFailures::notSaved)
            .orElseGet(() -> new Reason(Code.NOT_SAVED, "its checkpoint was not saved")),
        took,
        attempt(),
        cause);
  }

  private long attempt() {
    return claim == null ? 0 : claim.attempt();
  }
}
