package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.store.Listing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Answers which stages workers are executing, completed stages that are run again included.
 *
 * <p>A completion renews its claim and then saves, so a claim that is hardly older than its
 * checkpoint has completed it, and is not read. A worker that runs a completed stage again makes
 * its claim newer than the checkpoint, by the store's clock, before it works. A plain save beside a
 * worker, or a late one of a dead worker, makes the checkpoint the newer one; then the claim says
 * that no completion of it has begun. Thread-safe.
 *
 * @param reader of the location's store
 */
public record ExecutingStages(RecordReader reader) {
  /** Between the renewal before a completion and its checkpoint, when nothing delays the save. */
  private static final Duration SAVING = Duration.ofSeconds(5);

  /**
   * Returns whether a claim must be read: its stage has no checkpoint that is as new, or one that
   * is so much newer that it may be another's.
   */
  public static boolean isSuspect(LocationListing listing, String stage) {
    Listing.Entry claim = listing.claims().get(stage);
    Listing.Entry checkpoint = listing.checkpoints().get(stage);
    return claim != null
        && (checkpoint == null || isSuspect(claim.lastModified(), checkpoint.lastModified()));
  }

  private static boolean isSuspect(Instant claim, Instant checkpoint) {
    return claim.isAfter(checkpoint) || Duration.between(claim, checkpoint).compareTo(SAVING) > 0;
  }

  /** Returns the claims that must be read to know what is executed; sorted by stage. */
  public static List<String> suspects(LocationListing listing) {
    return listing.claims().keySet().stream().filter(stage -> isSuspect(listing, stage)).toList();
  }

  /**
   * Returns whether the stage of a live claim is being executed: it has no valid checkpoint, or one
   * that this claim has not completed, and that is older or came before the claim's work was done.
   *
   * @param checkpoint what is under the key of the stage's checkpoint
   */
  public static boolean isExecuting(ObservedClaim claim, Reading checkpoint) {
    if (!(checkpoint instanceof Reading.Found found)
        || found.whyNotCheckpointOf(claim.stage()).isPresent()) {
      return true;
    }
    return !hasCompleted(claim, found.stored())
        && (claim.renewedAt().isAfter(found.stored().lastModified())
            || claim.claim().filter(record -> !record.isSaving()).isPresent());
  }

  /** A heartbeat that was under way may land after the checkpoint of its own claim. */
  private static boolean hasCompleted(ObservedClaim observed, StoredRecord checkpoint) {
    Optional<String> completing = checkpoint.record().header(Header.TOKEN);
    return observed
        .claim()
        .filter(claim -> claim.token().isPresent() && completing.isPresent())
        .filter(claim -> completing.get().equals(Long.toString(claim.token().getAsLong())))
        .isPresent();
  }

  /**
   * Returns the live claims of the stages of a level that are being executed; sorted by stage. 1
   * GET for each suspect, and 1 more for each live claim of a stage that has a checkpoint.
   *
   * @param reads how many claims are read at once
   */
  public List<ObservedClaim> of(LocationListing listing, ParallelReads reads) {
    return reads.map(suspects(listing), stage -> of(listing, stage)).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** As {@link #of(LocationListing, ParallelReads)}, of one stage; empty when it has no claim. */
  public Optional<ObservedClaim> of(LocationListing listing, String stage) {
    Listing.Entry claim = listing.claims().get(stage);
    Listing.Entry checkpoint = listing.checkpoints().get(stage);
    if (claim == null) {
      return Optional.empty();
    }
    Optional<ObservedClaim> live = live(stage, reader.readHead(claim.key()));
    return checkpoint == null
        ? live
        : live.filter(seen -> isExecuting(seen, reader.readHead(checkpoint.key())));
  }

  /**
   * Returns the live claim of a stage that is being executed. 1 GET.
   *
   * @param checkpoint what is under the key of the stage's checkpoint
   */
  public Optional<ObservedClaim> of(String stage, Reading checkpoint) {
    return live(stage, reader.readHead(StageName.claimKey(stage)))
        .filter(claim -> isExecuting(claim, checkpoint));
  }

  private static Optional<ObservedClaim> live(String stage, Reading claim) {
    return ObservedClaim.of(stage, claim).filter(ObservedClaim::isLive);
  }
}
