package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.RestoreOptions;
import io.github.checkpointmanager.RestoreResult;
import io.github.checkpointmanager.RestoreResult.Outcome;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreNotFoundException;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.restore.RestoreProtocol.RestorePlan;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads, restores and purges the history of stages. Thread-safe. */
final class HistoryOperations implements CheckpointHistory {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);
  private static final String READING = "Reading the history of";
  private static final String RESTORING = "Restoring the checkpoint of";

  private final Wiring wiring;
  private final Errors errors;
  private final ClearOperations purges;
  private final RestoreProtocol restores;

  HistoryOperations(Wiring wiring) {
    this.wiring = wiring;
    this.errors = wiring.errors();
    this.purges = ClearOperations.purging(wiring);
    this.restores = wiring.restores();
  }

  @Override
  public boolean isKept() {
    return errors.during(null, "Asking whether history is kept", wiring.store()::keepsHistory);
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
    return RecordReader.interpret(wiring.store().readVersion(key, versionId));
  }

  @Override
  public Checkpoint read(String stage, String versionId) {
    String doing = "Reading version " + versionId + " of";
    Reading reading;
    try {
      reading = errors.during(stage, doing, () -> readVersion(stage, versionId));
    } catch (StoreNotFoundException e) {
      throw noSuchVersion(stage, versionId, doing);
    }
    return Lookups.of(stage, reading)
        .valid()
        .orElseThrow(
            () -> errors.of(reading.whyNotCheckpointOf(stage).orElseThrow(), stage, doing));
  }

  /**
   * Why a version cannot be read that the store does not have: first of all since there is no
   * history, or no bucket.
   */
  private CheckpointException noSuchVersion(String stage, String versionId, String doing) {
    List<CheckpointVersion> versions = versions(stage);
    boolean deletion = versions.stream().anyMatch(v -> v.versionId().equals(versionId));
    return errors.noSuchVersion(
        stage,
        doing,
        "version " + versionId + (deletion ? " is a deletion" : " is not in its history"),
        versions);
  }

  @Override
  public RestoreResult restoreAt(String stage, Instant time, RestoreOptions options) {
    List<CheckpointVersion> versions = versions(stage);
    CheckpointVersion then =
        versions.stream()
            .filter(version -> !version.storedAt().isAfter(time))
            .findFirst()
            .orElseThrow(
                () ->
                    errors.noSuchVersion(
                        stage, RESTORING, "its history does not reach back to " + time, versions));
    if (then.deletion()) {
      throw errors.noSuchVersion(
          stage,
          RESTORING,
          "it had no checkpoint at " + time + ", having been cleared at " + then.storedAt(),
          versions);
    }
    return restore(stage, then.versionId(), options);
  }

  @Override
  public RestoreResult restore(String stage, String versionId, RestoreOptions options) {
    RestorePlan plan = plan(stage, versionId, options.force(), options.dryRun());
    if (plan instanceof RestorePlan.Busy busy) {
      if (options.dryRun() || !isWatchedDead(stage, busy.claim())) {
        throw errors.busy(stage, busy.claim());
      }
      plan = plan(stage, versionId, true, false);
    }
    if (plan instanceof RestorePlan.AlreadyThere there) {
      Checkpoint current = Lookups.described(stage, there.current());
      return new RestoreResult(Outcome.ALREADY_THERE, versionId, current, Optional.of(current));
    }
    RestorePlan.Write write = (RestorePlan.Write) plan;
    return new RestoreResult(
        options.dryRun() ? Outcome.WOULD_RESTORE : Outcome.RESTORED,
        versionId,
        options.dryRun() ? Lookups.described(stage, write.original()) : send(stage, write),
        write.current().map(stored -> Lookups.described(stage, stored)));
  }

  /** Without the store's clock, only watching tells; takes up to the claim's lease and margin. */
  private boolean isWatchedDead(String stage, ObservedClaim claim) {
    if (claim.age().isPresent()) {
      return false;
    }
    LOG.warn(
        "Restoring {} watches whether its worker is alive: the store's clock is not known.",
        LogSafe.of(stage));
    return !errors.during(stage, RESTORING, () -> wiring.clears().isAlive(stage));
  }

  private RestorePlan plan(String stage, String versionId, boolean force, boolean dryRun) {
    Runnable prepare = dryRun ? wiring::prepareToShowAges : wiring.store()::prepare;
    wiring.records().checkpointKey(stage);
    Worker worker = wiring.settings().worker();
    String by = worker.user() + "@" + worker.host();
    Instant now = wiring.settings().clock().instant();
    try {
      return errors.during(
          stage, RESTORING, () -> restores.plan(stage, versionId, force, by, now, prepare));
    } catch (StoreNotFoundException e) {
      throw noSuchVersion(stage, versionId, RESTORING);
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, RESTORING, e);
    }
  }

  private Checkpoint send(String stage, RestorePlan.Write plan) {
    WriteOutcome outcome;
    try {
      outcome = restores.execute(plan);
    } catch (StoreException e) {
      throw errors.of(e, stage, RESTORING, () -> SaveResult.saved(send(stage, plan)));
    } catch (RecordException e) {
      throw errors.of(e, stage, RESTORING);
    }
    if (outcome instanceof WriteOutcome.Written written) {
      LOG.info("Checkpoint restored: {}", LogSafe.of(stage));
      return Lookups.described(stage, plan.write().stored(written.version()));
    }
    Optional<StoredRecord> winner =
        outcome instanceof WriteOutcome.Occupied occupied
            ? Optional.of(occupied.by())
            : ((WriteOutcome.Superseded) outcome).now();
    throw errors.notRestored(
        stage, Lookups.ifCheckpoint(stage, winner.map(StoredRecord::withoutPayload)).orElse(null));
  }

  @Override
  public ClearResult purge(Collection<String> stages, ClearOptions options) {
    return purges.some(stages, options);
  }

  @Override
  public ClearResult purgeAll(ClearOptions options) {
    return purges.all(options);
  }
}
