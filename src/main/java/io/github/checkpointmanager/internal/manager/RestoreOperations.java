package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.RestoreOptions;
import io.github.checkpointmanager.RestoreResult;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.internal.manager.ManagerSettings.Identity;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.restore.RestoreProtocol.RestorePlan;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores earlier checkpoints. Thread-safe. */
final class RestoreOperations {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);
  private static final String DOING = "RestoreOperations the checkpoint of";

  private final RestoreProtocol protocol;
  private final HistoryOperations history;
  private final Wiring wiring;
  private final Errors errors;
  private final String by;

  RestoreOperations(Wiring wiring, HistoryOperations history) {
    this.wiring = wiring;
    this.protocol = wiring.restores();
    this.history = history;
    this.errors = wiring.errors();
    Identity who = wiring.settings().identity();
    this.by = who.user() + "@" + who.host();
  }

  RestoreResult restoreAt(String stage, Instant time, RestoreOptions options) {
    return restore(stage, history.versionAt(stage, time, DOING), options);
  }

  RestoreResult restore(String stage, String versionId, RestoreOptions options) {
    RestorePlan plan = plan(stage, versionId, options);
    if (plan instanceof RestorePlan.Busy busy) {
      throw errors.busy(stage, busy.claim());
    }
    if (plan instanceof RestorePlan.AlreadyThere there) {
      return new RestoreResult(
          RestoreResult.Outcome.ALREADY_THERE,
          versionId,
          Lookups.described(stage, there.current()),
          Optional.of(Lookups.described(stage, there.current())));
    }
    RestorePlan.Write write = (RestorePlan.Write) plan;
    Optional<Checkpoint> replaced = write.current().map(stored -> Lookups.described(stage, stored));
    return options.dryRun()
        ? new RestoreResult(
            RestoreResult.Outcome.WOULD_RESTORE,
            versionId,
            Lookups.described(stage, write.original()),
            replaced)
        : new RestoreResult(
            RestoreResult.Outcome.RESTORED, versionId, send(stage, write), replaced);
  }

  private RestorePlan plan(String stage, String versionId, RestoreOptions options) {
    wiring.records().checkpointKey(stage);
    try {
      return protocol.plan(
          stage, versionId, options.force(), by, wiring.settings().clock().instant());
    } catch (StoreException e) {
      throw e.kind() == StoreException.Kind.NOT_FOUND
          ? history.noSuchVersion(stage, versionId, DOING)
          : errors.of(e, stage, DOING);
    } catch (RecordException e) {
      throw errors.of(e, stage, DOING);
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, DOING, e);
    }
  }

  private Checkpoint send(String stage, RestorePlan.Write plan) {
    WriteOutcome outcome;
    try {
      outcome = protocol.execute(plan);
    } catch (StoreException e) {
      throw errors.of(e, stage, DOING, () -> SaveResult.saved(send(stage, plan)));
    } catch (RecordException e) {
      throw errors.of(e, stage, DOING);
    }
    if (outcome instanceof WriteOutcome.Written written) {
      LOG.info("Checkpoint restored: {}", LogSafe.of(stage));
      return Lookups.described(stage, asStored(plan, written));
    }
    Optional<StoredRecord> winner =
        outcome instanceof WriteOutcome.Occupied occupied
            ? Optional.of(occupied.by())
            : ((WriteOutcome.Superseded) outcome).now();
    throw errors.notRestored(
        stage,
        winner
            .filter(stored -> stored.whyNotCheckpointOf(stage).isEmpty())
            .map(stored -> Lookups.described(stage, stored))
            .orElse(null));
  }

  /** The store's time of the write would cost a request; the restorer's time is used instead. */
  private static StoredRecord asStored(RestorePlan.Write plan, WriteOutcome.Written written) {
    return new StoredRecord(
        plan.write().key(),
        plan.write().record(),
        written.version(),
        plan.write().record().restoredAt().orElse(Instant.EPOCH),
        Optional.empty(),
        plan.write().bytes().length);
  }
}
