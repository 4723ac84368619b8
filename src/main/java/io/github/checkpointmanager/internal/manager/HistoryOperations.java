package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.RestoreOptions;
import io.github.checkpointmanager.RestoreResult;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads the history of stages; restores and purges by the operations for that. Thread-safe. */
final class HistoryOperations implements CheckpointHistory {
  private static final String READING = "Reading the history of";

  private final Wiring wiring;
  private final Errors errors;
  private final ClearOperations clears;
  private final RestoreOperations restores;

  HistoryOperations(Wiring wiring, ClearOperations clears) {
    this.wiring = wiring;
    this.errors = wiring.errors();
    this.clears = clears;
    this.restores = new RestoreOperations(wiring, this);
  }

  @Override
  public boolean isKept() {
    return errors.during(
        null, "Asking whether history is kept", () -> wiring.store().keepsHistory());
  }

  @Override
  public List<CheckpointVersion> versions(String stage) {
    String key = wiring.records().checkpointKey(stage);
    return errors.during(
        stage,
        READING,
        () ->
            wiring.store().versions(key).stream().map(version -> version(stage, version)).toList());
  }

  private static CheckpointVersion version(String stage, CheckpointStore.StoredVersion version) {
    return new CheckpointVersion(
        stage,
        version.versionId(),
        version.lastModified(),
        version.size(),
        version.latest(),
        version.deletion(),
        Optional.empty());
  }

  @Override
  public List<CheckpointVersion> records(String stage) {
    List<CheckpointVersion> versions = versions(stage);
    return errors.during(
        stage,
        READING,
        () ->
            wiring.reads().map(versions, this::withRecord).stream()
                .flatMap(Optional::stream)
                .toList());
  }

  /** Empty when it was removed since it was listed. */
  private Optional<CheckpointVersion> withRecord(CheckpointVersion version) {
    if (version.deletion()) {
      return Optional.of(version);
    }
    Reading reading;
    try {
      reading = readVersion(version.stage(), version.versionId());
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
            Optional.of(Lookups.withoutPayload(version.stage(), reading))));
  }

  private Reading readVersion(String stage, String versionId) {
    String key = wiring.records().checkpointKey(stage);
    return RecordReader.interpret(key, wiring.store().readVersion(key, versionId));
  }

  @Override
  public Checkpoint read(String stage, String versionId) {
    String doing = "Reading version " + versionId + " of";
    Reading reading;
    try {
      reading = readVersion(stage, versionId);
    } catch (StoreException e) {
      throw e.kind() == StoreException.Kind.NOT_FOUND
          ? noSuchVersion(stage, versionId, doing)
          : errors.of(e, stage, doing);
    }
    return Lookups.of(stage, reading)
        .valid()
        .orElseThrow(() -> errors.of(whyInvalid(stage, reading), stage, doing));
  }

  private static RecordException whyInvalid(String stage, Reading reading) {
    return Lookups.refusal(stage, reading)
        .orElseGet(
            () ->
                new RecordException(
                    RecordException.Kind.DAMAGED, reading.whyInvalid().orElseThrow()));
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

  @Override
  public RestoreResult restore(String stage, String versionId, RestoreOptions options) {
    return restores.restore(stage, versionId, options);
  }

  @Override
  public RestoreResult restoreAt(String stage, Instant time, RestoreOptions options) {
    return restores.restoreAt(stage, time, options);
  }

  @Override
  public ClearResult purge(Collection<String> stages, ClearOptions options) {
    return clears.purge(stages, options);
  }

  @Override
  public ClearResult purgeAll(ClearOptions options) {
    return clears.purgeAll(options);
  }
}
