package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.FailureMode;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads, saves, replaces and deletes single checkpoints. Thread-safe. */
final class CheckpointOperations {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);
  private static final String READING = "Reading the checkpoint of";
  private static final String SAVING = "Saving the checkpoint of";

  private final Wiring wiring;
  private final Errors errors;
  private final SaveProtocol protocol;

  CheckpointOperations(Wiring wiring) {
    this.wiring = wiring;
    this.errors = wiring.errors();
    this.protocol = wiring.saves();
  }

  /** Looks a checkpoint up, with its payload described only. Logs a damaged one. */
  Lookup readHead(String stage) {
    return read(stage, wiring.reader()::readHead);
  }

  /** As {@link #readHead}; shows also what the store says of the object. */
  Lookup readHead(String stage, Consumer<StoredObject> seen) {
    return read(
        stage,
        key -> {
          Reading reading = wiring.reader().readHead(key);
          reading.storedObject().ifPresent(seen);
          return reading;
        });
  }

  /** As {@link #readHead}, with the payload. */
  Lookup readWhole(String stage) {
    return read(stage, wiring.reader()::readWhole);
  }

  private Lookup read(String stage, Function<String, Reading> read) {
    String key = wiring.records().checkpointKey(stage);
    Reading reading = errors.during(stage, READING, () -> read.apply(key));
    Lookup lookup = Lookups.of(stage, reading);
    if (lookup instanceof Lookup.Invalid invalid) {
      if (invalid.kind() == Lookup.Invalid.Kind.UNREADABLE) {
        throw errors.of(reading.whyNotCheckpointOf(stage).orElseThrow(), stage, READING);
      }
      LOG.warn(
          "Checkpoint damaged, it counts as not completed: {} ({}). The stage's next save repairs"
              + " it.",
          LogSafe.of(stage),
          invalid.reason());
    }
    return lookup;
  }

  /** Saves a checkpoint, perhaps of a stage that was executed under a claim. */
  SaveResult save(String stage, SaveOptions options, Optional<RecordFactory.Claimed> claimed) {
    RecordWrite write = prepared(stage, options, claimed);
    try {
      return send(stage, write, () -> protocol.save(write));
    } catch (CheckpointException e) {
      if (wiring.settings().failureMode() == FailureMode.BEST_EFFORT && mayGoOnWithout(e)) {
        return SaveResult.notSaved(e);
      }
      throw e;
    }
  }

  /** Replaces exactly the checkpoint that was seen; as {@link #save}. */
  SaveResult replace(
      Checkpoint seen, SaveOptions options, Optional<RecordFactory.Claimed> claimed) {
    String stage = seen.stage();
    RecordWrite write = prepared(stage, options, claimed);
    return send(stage, write, () -> protocol.replace(write, seen.version()));
  }

  /**
   * Deletes a checkpoint: the one that was seen, where the store compares versions, or else any.
   * Like every deletion not ordered with saves.
   */
  void delete(String stage, Optional<Checkpoint> seen) {
    String key = wiring.records().checkpointKey(stage);
    Deletion deletion = new Deletion(key, seen.map(Checkpoint::version));
    DeletionReport report =
        errors.during(
            stage, "Deleting the checkpoint of", () -> wiring.store().delete(Stream.of(deletion)));
    if (!report.conflicts().isEmpty()) {
      throw errors.notDeleted(stage);
    }
    if (!report.isComplete()) {
      throw errors.incomplete(report.failures(), "cleared");
    }
    LOG.info("Checkpoint cleared: {}", LogSafe.of(stage));
  }

  private RecordWrite prepared(
      String stage, SaveOptions options, Optional<RecordFactory.Claimed> claimed) {
    try {
      return wiring.records().completed(stage, options, claimed);
    } catch (CheckpointException e) {
      throw logged(stage, e);
    }
  }

  /**
   * Whether a best-effort save swallows the failure: every failure of the store, which may also be
   * a client that refuses its configuration. A stage or record that is refused is thrown before.
   */
  private static boolean mayGoOnWithout(CheckpointException e) {
    return isStoreFailure(e) || e.kind() == CheckpointException.Kind.INVALID;
  }

  /** Whether the store failed, which does not decide a write of unknown outcome. */
  static boolean isStoreFailure(CheckpointException e) {
    return switch (e.kind()) {
      case UNAVAILABLE, OUTCOME_UNKNOWN, DENIED, NOT_FOUND, UNSUPPORTED -> true;
      default -> false;
    };
  }

  private SaveResult send(String stage, RecordWrite write, Supplier<WriteOutcome> protocolCall) {
    try {
      return result(stage, write, protocolCall.get());
    } catch (StoreException e) {
      throw logged(stage, errors.of(e, stage, SAVING, () -> send(stage, write, protocolCall)));
    } catch (RecordException e) {
      throw logged(stage, errors.of(e, stage, SAVING));
    }
  }

  private SaveResult result(String stage, RecordWrite write, WriteOutcome outcome) {
    if (outcome instanceof WriteOutcome.Written written) {
      LOG.info("Checkpoint saved: {}", LogSafe.of(stage));
      return SaveResult.saved(Lookups.checkpoint(stage, write.stored(written.version())));
    }
    if (outcome instanceof WriteOutcome.Superseded superseded) {
      throw logged(
          stage,
          errors.conflict(stage, Lookups.ifCheckpoint(stage, superseded.now()).orElse(null)));
    }
    StoredRecord by = ((WriteOutcome.Occupied) outcome).by();
    Optional<RecordException> refusal = by.whyNotCheckpointOf(stage);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    Checkpoint winner = Lookups.checkpoint(stage, by);
    LOG.info("Checkpoint already saved: {} ({})", LogSafe.of(stage), winner.completion());
    return SaveResult.alreadySaved(winner);
  }

  private static CheckpointException logged(String stage, CheckpointException e) {
    LOG.error("Error saving checkpoint: {}: {}", LogSafe.of(stage), e.getMessage());
    return e;
  }
}
