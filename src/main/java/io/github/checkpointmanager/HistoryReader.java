package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads the history of stages, with the store's words turned into the API's. Thread-safe. */
final class HistoryReader {
  private static final String DOING = "Reading the history of";

  private final CheckpointStore store;
  private final ParallelReads reads;
  private final RecordFactory records;
  private final Errors errors;

  HistoryReader(CheckpointStore store, ParallelReads reads, RecordFactory records, Errors errors) {
    this.store = store;
    this.reads = reads;
    this.records = records;
    this.errors = errors;
  }

  boolean isKept() {
    try {
      return store.keepsHistory();
    } catch (StoreException e) {
      throw errors.of(e, null, "Asking whether history is kept");
    }
  }

  List<CheckpointVersion> versions(String stage) {
    String key = records.checkpointKey(stage);
    try {
      return store.versions(key).stream().map(version -> unread(stage, version)).toList();
    } catch (StoreException e) {
      throw errors.of(e, stage, DOING);
    }
  }

  private static CheckpointVersion unread(String stage, StoredVersion version) {
    return new CheckpointVersion(
        stage,
        version.versionId(),
        version.lastModified(),
        version.size(),
        version.latest(),
        version.deletion(),
        Optional.empty(),
        Optional.empty());
  }

  List<CheckpointVersion> records(String stage) {
    List<CheckpointVersion> versions = versions(stage);
    try {
      return reads.map(versions, this::withRecord).stream().flatMap(Optional::stream).toList();
    } catch (StoreException e) {
      throw errors.of(e, stage, DOING);
    }
  }

  /** Empty when it was removed since it was listed. */
  private Optional<CheckpointVersion> withRecord(CheckpointVersion version) {
    if (version.deletion()) {
      return Optional.of(version);
    }
    String key = records.checkpointKey(version.stage());
    Reading reading;
    try {
      reading = RecordReader.interpret(key, store.readVersion(key, version.versionId()));
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(
        new CheckpointVersion(
            version.stage(),
            version.versionId(),
            version.storedAt(),
            version.size(),
            version.latest(),
            false,
            checkpoint(version.stage(), reading),
            problem(version.stage(), reading)));
  }

  private static Optional<Checkpoint> checkpoint(String stage, Reading reading) {
    return reading instanceof Reading.Found found && found.stored().foreignTo(stage).isEmpty()
        ? Optional.of(new Checkpoint(stage, found.stored().withoutPayload()))
        : Optional.empty();
  }

  private static Optional<Inventory.Problem> problem(String stage, Reading reading) {
    if (reading instanceof Reading.Found found) {
      return found
          .stored()
          .foreignTo(stage)
          .map(e -> new Inventory.Problem(stage, Inventory.Problem.Kind.UNREADABLE, e.why()));
    }
    return Optional.of(
        reading instanceof Reading.Damaged damaged
            ? new Inventory.Problem(stage, Inventory.Problem.Kind.DAMAGED, damaged.reason())
            : new Inventory.Problem(
                stage, Inventory.Problem.Kind.UNREADABLE, ((Reading.Unreadable) reading).reason()));
  }

  Checkpoint read(String stage, String versionId) {
    String key = records.checkpointKey(stage);
    String doing = "Reading version " + versionId + " of";
    Reading reading;
    try {
      reading = RecordReader.interpret(key, store.readVersion(key, versionId));
    } catch (StoreException e) {
      throw e.kind() == StoreException.Kind.NOT_FOUND
          ? noSuchVersion(stage, versionId, doing)
          : errors.of(e, stage, doing);
    }
    if (reading instanceof Reading.Found found) {
      StoredRecord stored = found.stored();
      stored
          .foreignTo(stage)
          .ifPresent(
              e -> {
                throw errors.of(e, stage, doing);
              });
      return new Checkpoint(stage, stored);
    }
    throw errors.of(
        reading instanceof Reading.Damaged damaged
            ? new RecordException(RecordException.Kind.DAMAGED, damaged.reason())
            : new RecordException(
                RecordException.Kind.UNREADABLE, ((Reading.Unreadable) reading).reason()),
        stage,
        doing);
  }

  /**
   * Why a version cannot be read that the store does not have: first of all since there is no
   * history, or no bucket.
   */
  CheckpointException noSuchVersion(String stage, String versionId, String doing) {
    List<CheckpointVersion> versions = versions(stage);
    boolean deletion = versions.stream().anyMatch(v -> v.versionId().equals(versionId));
    return errors.noSuchVersion(
        stage,
        doing,
        "version " + versionId + (deletion ? " is a deletion" : " is not in its history"),
        versions);
  }

  /**
   * The version that was current at a time of the store's clock.
   *
   * @throws InvalidInputException there was none
   */
  String versionAt(String stage, Instant time, String doing) {
    List<CheckpointVersion> versions = versions(stage);
    Optional<CheckpointVersion> then =
        versions.stream().filter(version -> !version.storedAt().isAfter(time)).findFirst();
    if (then.isEmpty()) {
      throw errors.noSuchVersion(
          stage, doing, "its history does not reach back to " + time, versions);
    }
    if (then.get().deletion()) {
      throw errors.noSuchVersion(
          stage,
          doing,
          "it had no checkpoint at " + time + ", having been cleared at " + then.get().storedAt(),
          versions);
    }
    return then.get().versionId();
  }
}
