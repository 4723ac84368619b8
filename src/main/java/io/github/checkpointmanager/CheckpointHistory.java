package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What the stages of a location were before, from {@link CheckpointManager#history()}. Kept by a
 * bucket with versioning enabled, by a directory (the last seven states of each stage, unless the
 * location says otherwise) and in memory.
 *
 * <p>Thread-safe. Every method may throw what {@link CheckpointManager} says of its own; the times
 * are the store's, which S3 tells in whole seconds.
 */
public final class CheckpointHistory {
  private final HistoryReader reader;
  private final Restoring restoring;
  private final LocationClearing purging;
  private final RecordFactory records;

  CheckpointHistory(
      HistoryReader reader, Restoring restoring, LocationClearing purging, RecordFactory records) {
    this.reader = reader;
    this.restoring = restoring;
    this.purging = purging;
    this.records = records;
  }

  /**
   * Whether what is replaced or cleared from now on can be restored. On S3 1 request, for the
   * bucket's versioning; where that is suspended, it is not.
   */
  public boolean isKept() {
    return reader.isKept();
  }

  /**
   * The history of a stage, newest first, deletions included; without the records. None for a stage
   * that never was. On S3 2 requests, 1 more for each further 1,000 versions.
   *
   * @throws UnsupportedStoreException this location keeps no history; the message says how to
   *     enable it
   */
  public List<CheckpointVersion> versions(String stage) {
    return reader.versions(stage);
  }

  /**
   * As {@link #versions}, with each record read and verified whole, in parallel: the checkpoint, or
   * what is wrong with it. 1 GET more for each.
   */
  public List<CheckpointVersion> records(String stage) {
    return reader.records(stage);
  }

  /**
   * One version's checkpoint with its payload, all of it verified. 1 GET.
   *
   * @throws InvalidInputException the stage has no such version, or it is a deletion; the message
   *     has those that there are
   * @throws CheckpointDamagedException its record is damaged, cannot be read, or is no checkpoint
   *     of the stage
   */
  public Checkpoint read(String stage, String versionId) {
    return reader.read(stage, versionId);
  }

  /** As {@link #restore(String, String, RestoreOptions)}, refused while the stage is worked on. */
  public RestoreResult restore(String stage, String versionId) {
    return restore(stage, versionId, RestoreOptions.standard());
  }

  /**
   * Makes an earlier checkpoint of a stage the current one again, after a clear too, by one more
   * write: the history keeps what stood there, as far as the store keeps history. The checkpoint is
   * as it was, payload and times included; it gets a new write id, and tells where it comes from
   * ({@link Checkpoint#restoredFrom}, {@link Checkpoint#originId}) and who restored it when. If it
   * is current already, as itself or restored, nothing is written.
   *
   * <p>Atomic: the write is conditional on what was read before. Of several restores, saves and
   * replacements at once one wins. 2 GET and 1 PUT; 1 GET more, for the claim, when the stage is
   * not completed now. Logs {@code Checkpoint restored: …}
   *
   * @throws InvalidInputException the stage has no such version, or it is a deletion; the message
   *     has those that there are
   * @throws CheckpointDamagedException that record, or the current one, is damaged, cannot be read,
   *     or is no checkpoint of the stage; a current one that is damaged is replaced
   * @throws StageBusyException a worker is executing the stage
   * @throws CheckpointConflictException another checkpoint was written meanwhile, which the
   *     exception has, and which stands
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   * @throws UnsupportedStoreException this location keeps no history, or its server cannot create
   *     what was deleted (seen with versitygw)
   */
  public RestoreResult restore(String stage, String versionId, RestoreOptions options) {
    return restoring.restore(stage, versionId, options);
  }

  /** As {@link #restoreAt(String, Instant, RestoreOptions)}, refused while it is worked on. */
  public RestoreResult restoreAt(String stage, Instant time) {
    return restoreAt(stage, time, RestoreOptions.standard());
  }

  /**
   * As {@link #restore(String, String, RestoreOptions)}, of the checkpoint that was current at a
   * time. The requests of {@link #versions} besides.
   *
   * @param time by the store's clock; what was stored at this very time counts
   * @throws InvalidInputException the stage had no checkpoint then, as far as the history tells
   */
  public RestoreResult restoreAt(String stage, Instant time, RestoreOptions options) {
    return restoring.restoreAt(stage, time, options);
  }

  /** As {@link #purge(Collection, ClearOptions)}, refused while a stage is being worked on. */
  public ClearResult purge(Collection<String> stages) {
    return purge(stages, ClearOptions.standard());
  }

  /**
   * Deletes the checkpoints and claims of some stages with all their history. <b>It cannot be
   * undone.</b> Not atomic, and no barrier for a save under way, as {@link CheckpointManager#clear}
   * is none; but no earlier checkpoint becomes visible while it goes on, or when it breaks off. 1
   * GET for each stage, then on S3, for each 1,000 keys, 1 DeleteObjects, the listing of their
   * versions, and 1 DeleteObjects for each 1,000 of these. Logs {@code Checkpoint purged: …}
   *
   * @throws StageBusyException a worker is executing one of the stages; nothing was deleted
   * @throws ClearIncompleteException some keys are not known to be gone with all history; all
   *     others are
   */
  public ClearResult purge(Collection<String> stages, ClearOptions options) {
    stages.forEach(records::checkpointKey);
    return purging.purge(Set.copyOf(stages), options);
  }

  /** As {@link #purgeAll(ClearOptions)}, refused while a stage is being worked on. */
  public ClearResult purgeAll() {
    return purgeAll(ClearOptions.standard());
  }

  /**
   * Deletes the location's checkpoints and claims with all their history, those of stages that were
   * cleared before too, and nothing else: what lies deeper, beside it, or has not one of this
   * project's names stays. See {@link #purge(Collection, ClearOptions)}; instead of a GET for each
   * stage, LISTs, 1 GET for each claim without checkpoint, and the listing of all versions of the
   * level. Logs {@code All checkpoints purged.}
   */
  public ClearResult purgeAll(ClearOptions options) {
    return purging.purgeAll(options);
  }
}
