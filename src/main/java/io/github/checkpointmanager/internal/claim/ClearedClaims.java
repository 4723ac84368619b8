package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.Resends;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.util.Optional;

/**
 * Replaces claims by what a clear leaves of them where it may not delete them: {@code RELEASED},
 * attempt 0, no failures, and a token that no holder exceeded. The next claim of the stage is its
 * first attempt, with a greater token. What is left is the claim of no stage: {@link #isLeft}.
 * Thread-safe.
 */
public final class ClearedClaims {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final SaveProtocol writes;
  private final Timing timing;
  private final Clock clock;

  /** The clock is for the timestamps in records; no decision rests on it. */
  public ClearedClaims(CheckpointStore store, Timing timing, Clock clock) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.writes = new SaveProtocol(store, timing);
    this.timing = timing;
    this.clock = clock;
  }

  /** Returns whether a claim is what a clear has left: no stage of this name needs to exist. */
  public static boolean isLeft(String stage, Reading claim) {
    return ObservedClaim.of(stage, claim)
        .flatMap(ObservedClaim::claim)
        .filter(ClaimRecord::isCleared)
        .isPresent();
  }

  /**
   * Replaces exactly the claim that was read. 1 PUT; 1 GET more for a damaged one, and after a
   * conflict.
   *
   * @return the version that is left; empty when another version is current
   * @throws StoreException the store failed; whatever was written ends no worker's claim
   */
  public Optional<Version> replace(String stage, Reading seen) {
    if (seen instanceof Reading.Damaged
        && !Reading.isSameDamage(seen, reader.readHead(StageName.claimKey(stage)))) {
      return Optional.empty(); // a live claim, perhaps, that was cut on its way
    }
    StoredObject object = seen.storedObject().orElseThrow();
    RecordWrite write = ClaimRecord.cleared(stage, seen, object).write(clock.instant());
    try {
      return writes.replace(write, object.version()) instanceof WriteOutcome.Written written
          ? Optional.of(written.version())
          : Optional.empty();
    } catch (RecordException e) {
      if (e.kind() == RecordException.Kind.UNREADABLE
          || e.kind() == RecordException.Kind.OTHER_STAGE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Replaces the current claim, live or not. Its holder finds out at its next renewal. 1 GET and 1
   * PUT; more while the claim is written at the same time.
   *
   * @return the version that is left; empty when there is no claim
   */
  public Optional<Version> replaceByForce(String stage) {
    String key = StageName.claimKey(stage);
    Resends pauses = new Resends(store, timing, key);
    while (true) {
      Reading now = reader.readHead(key);
      if (now instanceof Reading.Absent) {
        return Optional.empty();
      }
      Optional<Version> left =
          isLeft(stage, now) ? now.storedObject().map(StoredObject::version) : replace(stage, now);
      if (left.isPresent()) {
        return left;
      }
      pauses.pause();
    }
  }
}
