package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.restore.RestorePlan;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.save.WriteOutcome;
import io.github.checkpointmanager.store.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores earlier checkpoints, with the protocol's words turned into the API's. Thread-safe. */
final class Restoring {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);
  private static final String DOING = "Restoring the checkpoint of";

  private final RestoreProtocol protocol;
  private final HistoryReader history;
  private final RecordFactory records;
  private final Errors errors;
  private final String by;
  private final Clock clock;

  Restoring(
      RestoreProtocol protocol,
      HistoryReader history,
      RecordFactory records,
      Errors errors,
      Identity who,
      Clock clock) {
    this.protocol = protocol;
    this.history = history;
    this.records = records;
    this.errors = errors;
    this.by = who.user() + "@" + who.host();
    this.clock = clock;
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
          checkpoint(stage, there.current()),
          Optional.of(checkpoint(stage, there.current())));
    }
    RestorePlan.Write write = (RestorePlan.Write) plan;
    Optional<Checkpoint> replaced = write.current().map(stored -> checkpoint(stage, stored));
    return options.dryRun()
        ? new RestoreResult(
            RestoreResult.Outcome.WOULD_RESTORE,
            versionId,
            checkpoint(stage, write.original()),
            replaced)
        : new RestoreResult(
            RestoreResult.Outcome.RESTORED, versionId, send(stage, write), replaced);
  }

  private RestorePlan plan(String stage, String versionId, RestoreOptions options) {
    records.checkpointKey(stage);
    try {
      return protocol.plan(stage, versionId, options.force(), by, clock.instant());
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
      return checkpoint(stage, asStored(plan, written));
    }
    Optional<StoredRecord> winner =
        outcome instanceof WriteOutcome.Occupied occupied
            ? Optional.of(occupied.by())
            : ((WriteOutcome.Superseded) outcome).now();
    throw errors.notRestored(
        stage,
        winner
            .filter(stored -> stored.foreignTo(stage).isEmpty())
            .map(stored -> checkpoint(stage, stored))
            .orElse(null));
  }

  /** The store's time of the write would cost a request; the restorer's stands in for it. */
  private static StoredRecord asStored(RestorePlan.Write plan, WriteOutcome.Written written) {
    return new StoredRecord(
        plan.write().key(),
        plan.write().record(),
        written.version(),
        plan.write().record().restoredAt().orElse(Instant.EPOCH),
        Optional.empty(),
        plan.write().bytes().length);
  }

  private static Checkpoint checkpoint(String stage, StoredRecord stored) {
    return new Checkpoint(stage, stored.withoutPayload());
  }
}
