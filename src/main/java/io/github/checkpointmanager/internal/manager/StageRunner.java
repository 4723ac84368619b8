package io.github.checkpointmanager.internal.manager;

import static io.github.checkpointmanager.internal.process.Interrupts.inSpiteOfAnInterrupt;

import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageFunction;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.StageTask;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Runs a task unless its stage is completed. Thread-safe. */
record StageRunner(CheckpointOperations checkpoints, StageValues values, Clock clock) {
  <E extends Throwable> StageResult run(String stage, StageTask<E> task) throws E {
    Lookup before = checkpoints.readHead(stage);
    if (before instanceof Lookup.Valid valid) {
      return StageResult.skipped(valid.checkpoint(), values.skipping(valid.checkpoint()));
    }
    Instant start = clock.instant();
    task.run();
    try {
      SaveOptions options = SaveOptions.none().startedAt(start);
      SaveResult saved =
          inSpiteOfAnInterrupt(() -> checkpoints.save(stage, options, Optional.empty()));
      return StageResult.ran(stage, reasonToRun(before), saved);
    } catch (Throwable e) {
      throw values.notSaved(stage, e, null);
    }
  }

  <T, E extends Throwable> T call(String stage, PayloadCodec<T> codec, StageFunction<T, E> task)
      throws E {
    if (checkpoints.readWhole(stage) instanceof Lookup.Valid valid) {
      T value = values.decode(valid.checkpoint(), codec);
      values.skipping(valid.checkpoint());
      return value;
    }
    Instant start = clock.instant();
    T value = task.call();
    SaveResult saved;
    try {
      SaveOptions options = values.with(SaveOptions.none().startedAt(start), stage, codec, value);
      saved = inSpiteOfAnInterrupt(() -> checkpoints.save(stage, options, Optional.empty()));
    } catch (Throwable e) {
      throw values.notSaved(stage, e, value);
    }
    return saved.outcome() == SaveResult.Outcome.ALREADY_SAVED
        ? values.winners(saved.checkpoint().orElseThrow(), codec, value)
        : value;
  }

  private static String reasonToRun(Lookup before) {
    return before
        .invalid()
        .map(damaged -> "its checkpoint was damaged: " + damaged.reason())
        .orElse("it had no checkpoint");
  }
}
