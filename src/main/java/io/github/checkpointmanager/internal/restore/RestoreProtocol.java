package io.github.checkpointmanager.internal.restore;

import io.github.checkpointmanager.internal.claim.ExecutingStages;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an earlier record of a stage the current one again, by one more write: history is never
 * rewritten, and what is replaced becomes a part of it. The write is conditional on what was seen,
 * so that of several that race (restores, saves, replaces) one wins and the others get its record.
 * Thread-safe.
 */
public final class RestoreProtocol {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final SaveProtocol writes;

  public RestoreProtocol(CheckpointStore store, Timing timing) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.writes = new SaveProtocol(store, timing);
  }

  /**
   * Reads the earlier record, the current one, and the claim: a stage that is completed may be run
   * again. 3 GET; 2 when nothing is to be done, or by force.
   *
   * @param force also while a worker is executing the stage: the claim is not read
   * @param by who restores
   * @param at the time of the restorer's clock, for showing
   * @param prepare makes the store's time known, if it can be
   * @throws StoreException {@code NOT_FOUND} when there is no such version, or it is a deletion
   * @throws RecordException the earlier record, or the current one, may not be touched
   * @throws IllegalArgumentException the earlier record's head leaves no room for what is added
   */
  public RestorePlan plan(
      String stage, String versionId, boolean force, String by, Instant at, Runnable prepare) {
    String key = StageName.checkpointKey(stage);
    Reading.Found earlier = earlier(stage, key, versionId);
    StageRecord restored = RestoredRecord.of(earlier.stored(), stage, WriteId.draw(), by, at);
    RecordWrite write = RecordWrite.of(key, restored);
    Reading current = write.hasPayload() ? reader.readWhole(key) : reader.readHead(key);
    if (current instanceof Reading.Unreadable unreadable) {
      throw new RecordException(
          RecordException.Kind.UNREADABLE, "the current record: " + unreadable.reason());
    }
    if (current instanceof Reading.Found found) {
      Optional<RecordException> refusal = found.whyNotCheckpointOf(stage);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      boolean same =
          Arrays.equals(earlier.object().content(), found.object().content())
              || RestoredRecord.isSame(restored, found.stored().record());
      if (same) {
        return new RestorePlan.AlreadyThere(found.stored());
      }
    }
    if (!force) {
      prepare.run(); // the claim's age decides
      Optional<ObservedClaim> executing = new ExecutingStages(reader).of(stage, current);
      if (executing.isPresent()) {
        return new RestorePlan.Busy(executing.get());
      }
    }
    Optional<StoredRecord> replaced =
        current instanceof Reading.Found found ? Optional.of(found.stored()) : Optional.empty();
    return new RestorePlan.Write(write, earlier.stored(), replaced);
  }

  private Reading.Found earlier(String stage, String key, String versionId) {
    Reading reading = RecordReader.interpret(store.readVersion(key, versionId));
    Optional<RecordException> refusal = reading.whyNotCheckpointOf(stage);
    if (refusal.isPresent()) {
      throw new RecordException(
          refusal.get().kind(), "version " + versionId + ": " + refusal.get().why());
    }
    return (Reading.Found) reading;
  }

  /**
   * Writes what was planned. 1 PUT; more only on a conflict, after faults, and over a damaged
   * record. Call it again with the same plan when the outcome is unknown.
   *
   * @return {@link WriteOutcome.Occupied} or {@link WriteOutcome.Superseded}: another came first
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: call again
   * @throws RecordException the current record may be neither counted nor repaired
   */
  public WriteOutcome execute(RestorePlan.Write plan) {
    return plan.current().isPresent()
        ? writes.replace(plan.write(), plan.current().get().version())
        : writes.save(plan.write());
  }

  /** What is to be done so that an earlier record is the current one again. */
  public sealed interface RestorePlan {
    /** One conditional write; it creates where no valid record is current. */
    record Write(RecordWrite write, StoredRecord original, Optional<StoredRecord> current)
        implements RestorePlan {}

    /** Nothing: that record, or one that was restored from it, is current. */
    record AlreadyThere(StoredRecord current) implements RestorePlan {}

    /** Nothing yet: a worker is executing the stage. */
    record Busy(ObservedClaim claim) implements RestorePlan {}
  }

  /** An earlier record written again, with its origin's id and who restored it. Pure. */
  static final class RestoredRecord {
    private static final Set<String> OF_THE_WRITE =
        Set.of(Header.WRITE_ID, Header.RESTORED_FROM, Header.RESTORED_AT, Header.RESTORED_BY);

    private RestoredRecord() {}

    /** The original was read with its payload; the write id is new. */
    static StageRecord of(
        StoredRecord original, String stage, String writeId, String by, Instant at) {
      StageRecord record = original.record();
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put(Header.WRITE_ID, writeId);
      if (record.timestamp().isEmpty()) {
        // Of another tool. Without it, the time of the restore would pass for the time of the
        // stage.
        headers.put(Header.TIMESTAMP, original.lastModified().toString());
      }
      if (record.stage().isEmpty()) {
        headers.put(Header.STAGE, stage);
      }
      content(record).forEach(headers::putIfAbsent);
      record.originId().ifPresent(id -> headers.put(Header.RESTORED_FROM, id));
      headers.put(Header.RESTORED_AT, at.toString());
      headers.put(Header.RESTORED_BY, by);
      return new StageRecord(record.state(), headers, record.payload());
    }

    /** Whether a record is what a restored one would be, written by whom and when ever. */
    static boolean isSame(StageRecord restored, StageRecord current) {
      return sameOrigin(restored, current)
          && content(restored).equals(content(current))
          && restored.payload().equals(current.payload());
    }

    private static boolean sameOrigin(StageRecord restored, StageRecord current) {
      Optional<String> origin = restored.header(Header.RESTORED_FROM);
      return origin.isPresent()
          ? current.originId().equals(origin)
          : current.instant(Header.RESTORED_AT).isPresent()
              && current.header(Header.RESTORED_FROM).isEmpty();
    }

    private static Map<String, String> content(StageRecord record) {
      Map<String, String> headers = new LinkedHashMap<>(record.headers());
      headers.keySet().removeAll(OF_THE_WRITE);
      return headers;
    }
  }
}
