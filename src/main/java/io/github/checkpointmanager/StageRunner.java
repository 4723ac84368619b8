package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.Reading;
import java.time.Clock;
import java.time.Instant;

/** Runs a task unless its stage is completed. Thread-safe. */
final class StageRunner {
  private final CheckpointAccess access;
  private final StageValues values;
  private final Clock clock;

  StageRunner(CheckpointAccess access, StageValues values, Clock clock) {
    this.access = access;
    this.values = values;
    this.clock = clock;
  }

  <E extends Throwable> StageResult run(String stage, StageTask<E> task) throws E {
    Reading before = access.readHead(stage);
    if (before instanceof Reading.Found found) {
      Checkpoint checkpoint = new Checkpoint(stage, found.stored());
      return StageResult.skipped(checkpoint, values.skipping(checkpoint));
    }
    Instant start = clock.instant();
    task.run();
    try {
      SaveOptions options = SaveOptions.none().startedAt(start);
      SaveResult saved = access.save(stage, options);
      return StageResult.ran(stage, reasonToRun(before), saved);
    } catch (Throwable e) {
      throw values.notSaved(stage, e, null);
    }
  }

  <T, E extends Throwable> T call(String stage, PayloadCodec<T> codec, StageFunction<T, E> task)
      throws E {
    Reading before = access.readWhole(stage);
    if (before instanceof Reading.Found found) {
      Checkpoint checkpoint = new Checkpoint(stage, found.stored());
      T value = values.decode(checkpoint, codec);
      values.skipping(checkpoint);
      return value;
    }
    Instant start = clock.instant();
    T value = task.call();
    SaveResult saved;
    try {
      SaveOptions options = values.with(SaveOptions.none().startedAt(start), stage, codec, value);
      saved = access.save(stage, options);
    } catch (Throwable e) {
      throw values.notSaved(stage, e, value);
    }
    return saved.outcome() == SaveResult.Outcome.ALREADY_SAVED
        ? values.winners(saved.checkpoint().orElseThrow(), codec, value)
        : value;
  }

  static String reasonToRun(Reading before) {
    return before instanceof Reading.Damaged damaged
        ? "its checkpoint was damaged: " + damaged.reason()
        : "it had no checkpoint";
  }
}
