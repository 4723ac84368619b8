package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Deletes checkpoints and claims of a location's own level, or purges them: with all of their
 * history. The listing is complete before the first deletion, because a live claim anywhere must
 * stop the whole clear before anything is gone. Thread-safe.
 *
 * <p>A claim is deleted only when it is some seconds old by the store's clock: the next claim of
 * its stage takes its fencing token from that clock, which tells whole seconds, and must come out
 * greater.
 */
public final class ClearProtocol {
  /** Whole seconds of two readings, and the lead of a token that is not written yet. */
  static final Duration SETTLED = ClaimRecord.UNWRITTEN_TOKEN_LEAD.plusSeconds(2);

  private final CheckpointStore store;
  private final RecordReader reader;
  private final ParallelReads reads;
  private final Timing timing;

  public ClearProtocol(CheckpointStore store, ParallelReads reads, Timing timing) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.reads = reads;
    this.timing = timing;
  }

  /**
   * What a clear or purge will delete, or why it refuses.
   *
   * @param stages the stages that lose their checkpoint, or its history, sorted
   * @param keys all keys to delete, claims included
   * @param live claims of stages that are being worked on; the clear is refused unless it is forced
   * @param settling how long to wait before the claims may be deleted
   */
  public record Plan(
      List<String> stages, List<String> keys, List<ObservedClaim> live, Duration settling) {
    public boolean isSettled() {
      return settling.isNegative() || settling.isZero();
    }
  }

  /** Plans for the whole level. LISTs, and 1 GET for each claim of a stage without checkpoint. */
  public Plan planAll() {
    LocationListing level = LocationListing.list(store, "");
    List<String> keys = new ArrayList<>();
    level.checkpoints().values().stream().map(Listing.Entry::key).forEach(keys::add);
    level.claims().values().stream().map(Listing.Entry::key).forEach(keys::add);
    List<String> suspects =
        level.claims().keySet().stream()
            .filter(Predicate.not(level.checkpoints()::containsKey))
            .toList();
    Duration settling =
        level.claims().values().stream()
            .map(claim -> settling(level.storeTime(), claim.lastModified()))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return new Plan(
        List.copyOf(level.checkpoints().keySet()),
        keys,
        sight(suspects).stream().filter(ObservedClaim::isLive).toList(),
        settling);
  }

  /**
   * Plans for the whole level and for what was deleted there before. As {@link #planAll}, and on S3
   * 1 request for each 1,000 states of the level's keys.
   */
  public Plan planPurge() {
    Plan plan = planAll();
    TreeSet<String> stages = new TreeSet<>(plan.stages());
    List<String> keys = new ArrayList<>(plan.keys());
    for (String key : store.deletedKeys("")) {
      Optional<String> checkpoint = StageName.ofCheckpointKey(key);
      if (checkpoint.isPresent() || StageName.ofClaimKey(key).isPresent()) {
        checkpoint.ifPresent(stages::add);
        keys.add(key);
      }
    }
    keys.sort(null); // so that a store that lists the level does so once, in parts
    return new Plan(List.copyOf(stages), keys, plan.live(), plan.settling());
  }

  /** Plans for some stages. 1 GET for each, and 1 more for each that has a live claim. */
  public Plan planSome(Collection<String> stages) {
    List<String> keys = new ArrayList<>();
    for (String stage : stages) {
      keys.add(StageName.checkpointKey(stage));
      keys.add(StageName.claimKey(stage));
    }
    List<ObservedClaim> claims = sight(stages);
    Duration settling =
        claims.stream()
            .map(claim -> claim.age().map(SETTLED::minus).orElse(SETTLED))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    List<ObservedClaim> live =
        claims.stream()
            .filter(ObservedClaim::isLive)
            .filter(claim -> !isCompleted(claim.stage()))
            .toList();
    return new Plan(stages.stream().sorted().toList(), keys, live, settling);
  }

  /**
   * Waits until the plan's claims are old enough. What a worker does meanwhile is not in the plan:
   * make a new one.
   *
   * @return the plan
   * @throws StoreException {@code UNAVAILABLE} when interrupted; nothing was deleted
   */
  public Plan settle(Plan plan) {
    try {
      timing.sleep(plan.settling());
      return plan;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Nothing was deleted from " + store.location(),
          "the thread was interrupted while it waited for the claims to be old enough",
          "Do it again",
          e);
    }
  }

  /** Deletes. ⌈keys/1000⌉ requests on S3. */
  public DeletionReport execute(Plan plan) {
    return store.delete(plan.keys().stream().map(Deletion::ofAny));
  }

  /** Deletes with all history. On S3 as many requests as {@link CheckpointStore#purge}. */
  public DeletionReport purge(Plan plan) {
    return store.purge(plan.keys().stream().map(Deletion::ofAny));
  }

  private static Duration settling(Optional<Instant> storeTime, Instant lastModified) {
    return storeTime
        .map(now -> SETTLED.minus(Duration.between(lastModified, now)))
        .filter(wait -> wait.compareTo(SETTLED) < 0)
        .orElse(SETTLED);
  }

  private List<ObservedClaim> sight(Collection<String> stages) {
    return reads
        .map(stages, stage -> ObservedClaim.of(stage, reader.readHead(StageName.claimKey(stage))))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private boolean isCompleted(String stage) {
    return reader.readHead(StageName.checkpointKey(stage)) instanceof Reading.Found;
  }
}
