package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.save.WriteOutcome;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Single checkpoints, with the protocol's words turned into the API's. Thread-safe. */
final class CheckpointAccess {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  private final CheckpointStore store;
  private final RecordReader reader;
  private final SaveProtocol protocol;
  private final RecordFactory records;
  private final Errors errors;
  private final FailureMode failureMode;

  CheckpointAccess(
      CheckpointStore store,
      RecordReader reader,
      SaveProtocol protocol,
      RecordFactory records,
      Errors errors,
      FailureMode failureMode) {
    this.store = store;
    this.reader = reader;
    this.protocol = protocol;
    this.records = records;
    this.errors = errors;
    this.failureMode = failureMode;
  }

  /** Absent, damaged (told in the log) or found; anything else is an exception. */
  Reading readHead(String stage) {
    String key = records.checkpointKey(stage);
    return read(stage, () -> reader.readHead(key));
  }

  /** As {@link #readHead}, with the payload. */
  Reading readWhole(String stage) {
    String key = records.checkpointKey(stage);
    return read(stage, () -> reader.readWhole(key));
  }

  private Reading read(String stage, Supplier<Reading> request) {
    Reading reading;
    try {
      reading = request.get();
    } catch (StoreException e) {
      throw errors.of(e, stage, "Reading the checkpoint of");
    }
    if (reading instanceof Reading.Unreadable unreadable) {
      throw errors.of(
          new RecordException(RecordException.Kind.UNREADABLE, unreadable.reason()),
          stage,
          "Reading the checkpoint of");
    }
    if (reading instanceof Reading.Damaged damaged) {
      LOG.warn(
          "Checkpoint damaged, it counts as not completed: {} ({}). The stage's next save repairs"
              + " it.",
          LogSafe.of(stage),
          damaged.reason());
    }
    if (reading instanceof Reading.Found found) {
      foreignness(stage, found.stored())
          .ifPresent(
              e -> {
                throw errors.of(e, stage, "Reading the checkpoint of");
              });
    }
    return reading;
  }

  /** The version that a repair replaces. */
  static Optional<Version> damagedVersion(Reading reading) {
    return reading instanceof Reading.Damaged damaged
        ? Optional.of(damaged.object().version())
        : Optional.empty();
  }

  /** Why a valid record does not count as this stage's checkpoint. */
  static Optional<RecordException> foreignness(String stage, StoredRecord stored) {
    return stored.foreignTo(stage);
  }

  SaveResult save(String stage, SaveOptions options) {
    RecordWrite write = prepared(stage, options);
    Supplier<SaveResult> send = () -> send(stage, write, () -> protocol.save(write));
    return attempt(send);
  }

  SaveResult replace(Checkpoint seen, SaveOptions options) {
    String stage = seen.stage();
    RecordWrite write = prepared(stage, options);
    return send(stage, write, () -> protocol.replace(write, seen.version()));
  }

  /** Deletes a checkpoint; like every deletion neither conditional nor ordered with saves. */
  void delete(String stage) {
    String key = records.checkpointKey(stage);
    DeletionReport report;
    try {
      report = store.delete(Stream.of(key));
    } catch (StoreException e) {
      throw errors.of(e, stage, "Deleting the checkpoint of");
    }
    if (!report.isComplete()) {
      throw errors.incomplete(report.failures(), "cleared");
    }
    LOG.info("Checkpoint cleared: {}", LogSafe.of(stage));
  }

  private RecordWrite prepared(String stage, SaveOptions options) {
    try {
      return records.completed(stage, options);
    } catch (InvalidInputException e) {
      throw logged(stage, e);
    }
  }

  private SaveResult attempt(Supplier<SaveResult> send) {
    try {
      return send.get();
    } catch (CheckpointException e) {
      if (failureMode == FailureMode.BEST_EFFORT && isStoreFailure(e)) {
        return SaveResult.notSaved(e);
      }
      throw e;
    }
  }

  /** Whether the store failed, which settles nothing about a write of unknown outcome. */
  static boolean isStoreFailure(CheckpointException e) {
    return switch (e.kind()) {
      case UNAVAILABLE, OUTCOME_UNKNOWN, DENIED, NOT_FOUND, UNSUPPORTED -> true;
      default -> false;
    };
  }

  private SaveResult send(String stage, RecordWrite write, Supplier<WriteOutcome> protocolCall) {
    WriteOutcome outcome;
    try {
      outcome = protocolCall.get();
    } catch (StoreException e) {
      throw logged(
          stage,
          errors.of(e, stage, "Saving the checkpoint of", () -> send(stage, write, protocolCall)));
    } catch (RecordException e) {
      throw logged(stage, errors.of(e, stage, "Saving the checkpoint of"));
    }
    if (outcome instanceof WriteOutcome.Written written) {
      LOG.info("Checkpoint saved: {}", LogSafe.of(stage));
      return SaveResult.saved(new Checkpoint(stage, asStored(write, written)));
    }
    if (outcome instanceof WriteOutcome.Occupied occupied) {
      foreignness(stage, occupied.by())
          .ifPresent(
              e -> {
                throw logged(stage, errors.of(e, stage, "Saving the checkpoint of"));
              });
      Checkpoint winner = new Checkpoint(stage, occupied.by());
      LOG.info("Checkpoint already saved: {} ({})", LogSafe.of(stage), Wording.completion(winner));
      return SaveResult.alreadySaved(winner);
    }
    Optional<StoredRecord> now =
        ((WriteOutcome.Superseded) outcome)
            .now()
            .filter(stored -> foreignness(stage, stored).isEmpty());
    throw logged(
        stage,
        errors.conflict(stage, now.map(stored -> new Checkpoint(stage, stored)).orElse(null)));
  }

  /**
   * The store's own time of writing is not known without another request; the record's stands in
   * for it.
   */
  private static StoredRecord asStored(RecordWrite write, WriteOutcome.Written written) {
    return new StoredRecord(
        write.key(),
        write.record(),
        written.version(),
        write.record().timestamp().orElse(Instant.EPOCH),
        Optional.empty(),
        write.bytes().length);
  }

  private static CheckpointException logged(String stage, CheckpointException e) {
    LOG.error("Error saving checkpoint: {}: {}", LogSafe.of(stage), e.getMessage());
    return e;
  }
}
