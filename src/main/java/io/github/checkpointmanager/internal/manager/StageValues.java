package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.internal.record.LogSafe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The values of stages, to and from their checkpoints' payloads. Thread-safe. */
record StageValues(CheckpointOperations checkpoints, Errors errors) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  /** Logs that a stage is skipped; returns why, in one sentence. */
  String skipping(Checkpoint checkpoint) {
    LOG.info("Checkpoint found, skipping stage: {}", LogSafe.of(checkpoint.stage()));
    return "completed " + checkpoint.completion();
  }

  /** Adds a stage's value to what is saved with it; throws whatever the codec throws. */
  <T> SaveOptions with(SaveOptions options, String stage, PayloadCodec<T> codec, T value)
      throws Exception {
    if (value == null) {
      throw errors.invalid(
          stage,
          "The task's value was refused",
          "it is null",
          "Return a value, or use stage(name, task) for a task without one");
    }
    return options.payload(codec.contentType(), codec.encode(value));
  }

  /**
   * Wraps any failure after the task, an {@code Error} too (a value too deep or too large for its
   * codec): the work is done, and its result must not be lost.
   */
  StageNotSavedException notSaved(String stage, Throwable cause, @Nullable Object result) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return errors.notSaved(stage, cause, result);
  }

  /** The value of the checkpoint of the worker that won, which may have saved none. */
  <T> T winners(Checkpoint winner, PayloadCodec<T> codec, T own) {
    try {
      return of(winner, codec);
    } catch (Throwable e) {
      throw notSaved(winner.stage(), e, own);
    }
  }

  /** The value of a checkpoint; 1 GET if only its head was read. */
  <T> T of(Checkpoint checkpoint, PayloadCodec<T> codec) {
    if (checkpoint.isWhole()) {
      return decode(checkpoint, codec);
    }
    String stage = checkpoint.stage();
    String why = "another worker's checkpoint was cleared or damaged before it could be read";
    return decode(
        checkpoints.readWhole(stage).valid().orElseThrow(() -> errors.payload(stage, why, null)),
        codec);
  }

  /** The value of a checkpoint that was read whole. */
  <T> T decode(Checkpoint checkpoint, PayloadCodec<T> codec) {
    String stage = checkpoint.stage();
    String none = "its checkpoint has no payload; it was saved " + checkpoint.completion();
    byte[] payload = checkpoint.payload().orElseThrow(() -> errors.payload(stage, none, null));
    T value;
    try {
      value = codec.decode(payload);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      // The class alone: a codec's message may quote the payload.
      throw errors.payload(
          stage,
          "its payload could not be decoded as "
              + codec.contentType()
              + " ("
              + e.getClass().getName()
              + ")",
          e);
    }
    if (value == null) {
      throw errors.payload(stage, "the codec made null of its payload", null);
    }
    return value;
  }
}
