package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.Resends;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.save.WriteOutcome;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import java.time.Clock;
import java.util.Optional;

/**
 * Takes claims: leases with fencing tokens, by compare-and-set alone, with ages by the store's
 * clock alone. The idea of the lease is C. Gray and D. Cheriton's ("Leases: an efficient
 * fault-tolerant mechanism", SOSP 1989); fencing tokens are M. Kleppmann's ("How to do distributed
 * locking", 2016). The decision table is specified in {@code docs/ARCHITECTURE.md}. Thread-safe.
 */
public final class ClaimProtocol {
  private final RecordReader reader;
  private final SaveProtocol writes;
  private final ClaimAcquisition.Context context;

  /**
   * @param clock of the timestamps in records; no decision rests on it
   */
  public ClaimProtocol(
      CheckpointStore store, Timing timing, Clock clock, ClaimRecord.Worker worker) {
    this.reader = new RecordReader(store);
    this.writes = new SaveProtocol(store, timing);
    this.context = new ClaimAcquisition.Context(store, reader, writes, timing, clock, worker);
  }

  /**
   * Claims a stage, expecting that it is free. 1 PUT; over an expired or ended claim, 2 PUT and 1
   * GET. More only after faults, and when a PUT took so long that it is renewed at once.
   *
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: the claim may have been
   *     written, and then blocks the stage for one lease and its margin
   * @throws RecordException another stage's claim is under this one's key
   */
  public ClaimAttempt acquire(String stage, ClaimTerms terms, ClaimWatch watch) {
    return new ClaimAcquisition(context, stage, terms, watch).run(new Reading.Absent());
  }

  /**
   * Claims a stage, expecting that it is held: reads first. 1 GET; 1 PUT more when the stage is
   * free. As {@link #acquire}.
   */
  public ClaimAttempt poll(String stage, ClaimTerms terms, ClaimWatch watch) {
    return new ClaimAcquisition(context, stage, terms, watch)
        .run(reader.readHead(StageName.claimKey(stage)));
  }

  /**
   * Ends another's claim by force, also one that cannot be read. Its holder finds out at its next
   * renewal. 1 GET and 1 PUT.
   *
   * @return the claim that was ended; empty when there is none that runs
   */
  public Optional<ObservedClaim> forceRelease(String stage, String reason) {
    Resends pauses = new Resends(context.timing());
    String key = StageName.claimKey(stage);
    Reading reading = reader.readHead(key);
    while (true) {
      Optional<ObservedClaim> seen =
          ObservedClaim.of(stage, reading).filter(ObservedClaim::isRunning);
      if (seen.isEmpty()) {
        return Optional.empty();
      }
      if (reading instanceof Reading.Damaged) {
        Reading again = reader.readHead(key);
        if (!Reading.isSameDamage(reading, again)) {
          writes.waitBeforeResending(key, pauses);
          reading = again;
          continue;
        }
      }
      StoredObject object = reading.storedObject().orElseThrow();
      RecordWrite write =
          released(stage, reading, seen.get(), reason).write(context.clock().instant());
      if (writes.replace(write, object.version()) instanceof WriteOutcome.Written) {
        return seen;
      }
      writes.waitBeforeResending(key, pauses); // it was renewed meanwhile
      reading = reader.readHead(key);
    }
  }

  private static ClaimRecord released(
      String stage, Reading reading, ObservedClaim seen, String reason) {
    if (reading instanceof Reading.Found found && seen.claim().isPresent()) {
      ClaimAcquisition.requireSameStage(stage, seen.claim().get());
      ClaimRecord claim = seen.claim().get();
      return claim
          .withToken(ClaimRecord.effectiveToken(claim, found.stored()))
          .ended(State.RELEASED, claim.failures(), Optional.of(reason));
    }
    return ClaimRecord.unreadable(stage, reading.storedObject().orElseThrow())
        .ended(State.RELEASED, 0, Optional.of(reason));
  }
}
