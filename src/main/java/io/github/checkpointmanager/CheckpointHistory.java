package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * The earlier checkpoints of a location's stages, from {@link CheckpointManager#history()}. Kept by
 * a bucket with versioning enabled, by a directory (the last seven states of each stage, unless the
 * location says otherwise) and in memory.
 *
 * <p>Thread-safe. Every method may throw what {@link CheckpointManager} says of its own; the times
 * are the store's, which S3 tells in whole seconds.
 */
public interface CheckpointHistory {
  /**
   * Whether what is replaced or cleared from now on can be restored. On S3 1 request, for the
   * bucket's versioning; where that is suspended, it is not.
   */
  boolean isKept();

  /**
   * The history of a stage, newest first, deletions included; without the records. None for a stage
   * that never was. On S3 2 requests, 1 more for each further 1,000 versions.
   *
   * @throws UnsupportedStoreException this location keeps no history; the message says how to
   *     enable it
   */
  List<CheckpointVersion> versions(String stage);

  /**
   * As {@link #versions}, with each record read and verified whole, in parallel: the checkpoint, or
   * what is wrong with it. 1 GET more for each.
   */
  List<CheckpointVersion> records(String stage);

  /**
   * One version's checkpoint with its payload, all of it verified. 1 GET.
   *
   * @throws InvalidInputException the stage has no such version, or it is a deletion; the message
   *     lists its versions
   * @throws CheckpointDamagedException its record is damaged, cannot be read, or is no checkpoint
   *     of the stage
   */
  Checkpoint read(String stage, String versionId);

  /** As {@link #restore(String, String, RestoreOptions)}, refused while the stage is worked on. */
  default RestoreResult restore(String stage, String versionId) {
    return restore(stage, versionId, RestoreOptions.standard());
  }

  /**
   * Makes an earlier checkpoint of a stage the current one again, after a clear too, by one more
   * write: the history keeps the replaced checkpoint, as far as the store keeps history. The
   * checkpoint is as it was, payload and times included; it gets a new write id, and records where
   * it comes from ({@link Checkpoint#restoredFrom}, {@link Checkpoint#originId}) and who restored
   * it when. If it is current already, as itself or restored, nothing is written.
   *
   * <p>Atomic: the write is conditional on what was read before. Of several restores, saves and
   * replacements at once one wins. 3 GET and 1 PUT; by force 1 GET less, that of the claim. Logs
   * {@code Checkpoint restored: …}
   *
   * @throws InvalidInputException the stage has no such version, or it is a deletion; the message
   *     has those that there are
   * @throws CheckpointDamagedException that record, or the current one, is damaged, cannot be read,
   *     or is no checkpoint of the stage; a current one that is damaged is replaced
   * @throws StageBusyException a worker is executing the stage
   * @throws CheckpointConflictException another checkpoint was saved in the meantime and is
   *     current; the exception has it
   * @throws OutcomeUnknownException it is not known whether it was written; the exception sends the
   *     same bytes again
   * @throws UnsupportedStoreException this location keeps no history
   * @throws StoreUnavailableException no valid answer came, or the server cannot create what was
   *     deleted (seen with versitygw), which looks like a deletion that repeats
   */
  RestoreResult restore(String stage, String versionId, RestoreOptions options);

  /** As {@link #restoreAt(String, Instant, RestoreOptions)}, refused while it is worked on. */
  default RestoreResult restoreAt(String stage, Instant time) {
    return restoreAt(stage, time, RestoreOptions.standard());
  }

  /**
   * As {@link #restore(String, String, RestoreOptions)}, of the checkpoint that was current at a
   * time. The requests of {@link #versions} besides.
   *
   * @param time by the store's clock; what was stored at this very time counts
   * @throws InvalidInputException the stage had no checkpoint then, as far as the history tells
   */
  RestoreResult restoreAt(String stage, Instant time, RestoreOptions options);

  /** As {@link #purge(Collection, ClearOptions)}, refused while a stage is being worked on. */
  default ClearResult purge(Collection<String> stages) {
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
  ClearResult purge(Collection<String> stages, ClearOptions options);

  /** As {@link #purgeAll(ClearOptions)}, refused while a stage is being worked on. */
  default ClearResult purgeAll() {
    return purgeAll(ClearOptions.standard());
  }

  /**
   * Deletes the location's checkpoints and claims with all their history, those of stages that were
   * cleared before too, and nothing else: what lies deeper, beside it, or has not one of this
   * project's names stays. See {@link #purge(Collection, ClearOptions)}; instead of a GET for each
   * stage, LISTs, 1 GET for each claim without checkpoint, and the listing of all versions of the
   * level. Logs {@code All checkpoints purged.}
   */
  ClearResult purgeAll(ClearOptions options);
}
