package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.claim.ClearedClaims;
import io.github.checkpointmanager.internal.claim.ExecutingStages;
import io.github.checkpointmanager.internal.clear.ClaimRemoval.Removed;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Deletes checkpoints and claims of a location's own level, or purges them: with all of their
 * history. Thread-safe.
 *
 * <p>The plan is complete before anything is removed, because a live claim anywhere must stop the
 * whole clear. Then the claims go, each only in the version that the plan has seen; if another
 * version of any of them is current, no checkpoint is deleted. The checkpoints go last.
 */
public final class ClearProtocol {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final ParallelReads reads;
  private final Timing timing;
  private final ClaimRemoval removal;

  /** The clock is for the timestamps in records; no decision rests on it. */
  public ClearProtocol(CheckpointStore store, ParallelReads reads, Timing timing, Clock clock) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.reads = reads;
    this.timing = timing;
    var cleared = new ClearedClaims(store, timing, clock);
    this.removal = new ClaimRemoval(store, reader, reads, timing, cleared);
  }

  /**
   * What a clear or purge will remove, or why it refuses.
   *
   * @param stages the stages that lose their checkpoint, or its history, sorted
   * @param claims all claims that go first
   * @param rest what is deleted after them
   * @param live the claims of stages that are being executed; they refuse a clear without force
   * @param untimed those of which only watching can tell whether they are live
   * @param foundAt when the claims were found, by the monotonic clock
   */
  public record Plan(
      List<String> stages,
      List<FoundClaim> claims,
      List<Deletion> rest,
      List<FoundClaim> live,
      List<FoundClaim> untimed,
      long foundAt) {
    /** Returns how many keys go. */
    public int keys() {
      return claims.size() + rest.size();
    }

    /** Returns how long {@link ClearProtocol#watch} takes at most. */
    public Duration watching() {
      return UntimedClaims.longest(untimed);
    }

    private static Plan of(
        Collection<String> stages,
        List<FoundClaim> claims,
        Stream<Deletion> rest,
        List<FoundClaim> executing,
        long foundAt) {
      Map<Boolean, List<FoundClaim>> byUntimed =
          executing.stream()
              .collect(Collectors.partitioningBy(c -> c.isUntimed() && c.isReadable()));
      return new Plan(
          stages.stream().sorted().toList(),
          claims,
          rest.toList(),
          byUntimed.getOrDefault(false, List.of()),
          byUntimed.getOrDefault(true, List.of()),
          foundAt);
    }
  }

  /**
   * Plans for the whole level. LISTs, and 1 GET for each claim that is newer than the checkpoint of
   * its stage, or has none; 1 more for each live one that has a checkpoint.
   */
  public Plan planAll() {
    LocationListing level = LocationListing.list(store, "");
    List<FoundClaim> claims = found(level);
    return Plan.of(
        level.checkpoints().keySet(),
        claims.stream().filter(claim -> !claim.isLeft()).toList(),
        level.checkpoints().values().stream()
            .map(listed -> new Deletion(listed.key(), listed.version())),
        executing(level, claims),
        timing.nanoTime());
  }

  /**
   * Plans for the whole level and for what was deleted there before. As {@link #planAll}, and on S3
   * 1 request for each 1,000 states of the level's keys.
   */
  public Plan planPurgeAll() {
    LocationListing level = LocationListing.list(store, "");
    List<FoundClaim> claims = found(level);
    long foundAt = timing.nanoTime();
    Set<String> stages = new TreeSet<>(level.checkpoints().keySet());
    List<Deletion> rest = new ArrayList<>();
    level.checkpoints().values().forEach(l -> rest.add(new Deletion(l.key(), l.version())));
    for (String key : store.deletedKeys("")) {
      Optional<String> checkpoint = StageName.ofCheckpointKey(key);
      if (checkpoint.isPresent() || StageName.ofClaimKey(key).isPresent()) {
        checkpoint.ifPresent(stages::add);
        rest.add(Deletion.of(key, Version.NONE));
      }
    }
    return Plan.of(stages, claims, rest.stream(), executing(level, claims), foundAt);
  }

  /** Plans for some stages. 1 GET for each, and 1 more for each that has a live claim. */
  public Plan planSome(Collection<String> stages) {
    List<FoundClaim> claims = read(stages);
    return Plan.of(
        stages,
        claims.stream().filter(claim -> !claim.isLeft()).toList(),
        stages.stream().sorted().map(StageName::checkpointKey).map(Deletion::ofAny),
        executing(claims),
        timing.nanoTime());
  }

  /** As {@link #planSome}, and for what was deleted of these stages before. */
  public Plan planPurgeSome(Collection<String> stages) {
    List<FoundClaim> claims = read(stages);
    Set<String> claimed = claims.stream().map(FoundClaim::stage).collect(Collectors.toSet());
    return Plan.of(
        stages,
        claims,
        Stream.concat(
            stages.stream().map(StageName::checkpointKey).map(Deletion::ofAny),
            stages.stream()
                .filter(stage -> !claimed.contains(stage))
                .map(stage -> Deletion.of(StageName.claimKey(stage), Version.NONE))),
        executing(claims),
        timing.nanoTime());
  }

  private List<FoundClaim> found(LocationListing level) {
    Set<String> suspects = new TreeSet<>(ExecutingStages.suspects(level));
    Map<Boolean, List<String>> byReading =
        level.claims().entrySet().stream()
            .collect(
                Collectors.partitioningBy(
                    claim ->
                        suspects.contains(claim.getKey()) || claim.getValue().version().isEmpty(),
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    List<FoundClaim> all = new ArrayList<>(read(byReading.getOrDefault(true, List.of())));
    for (String stage : byReading.getOrDefault(false, List.of())) {
      Listing.Entry listed = Objects.requireNonNull(level.claims().get(stage));
      all.add(FoundClaim.of(stage, listed, level.storeTime()));
    }
    return all;
  }

  private List<FoundClaim> read(Collection<String> stages) {
    return reads.map(stages, this::read).stream().flatMap(Optional::stream).toList();
  }

  private Optional<FoundClaim> read(String stage) {
    String key = StageName.claimKey(stage);
    return FoundClaim.of(stage, key, reader.readHead(key));
  }

  private List<FoundClaim> executing(LocationListing level, List<FoundClaim> claims) {
    return claims.stream()
        .filter(claim -> ExecutingStages.isSuspect(level, claim.stage()))
        .filter(FoundClaim::isLive)
        .filter(claim -> !level.checkpoints().containsKey(claim.stage()) || isExecuting(claim))
        .toList();
  }

  private List<FoundClaim> executing(List<FoundClaim> claims) {
    return claims.stream().filter(FoundClaim::isLive).filter(this::isExecuting).toList();
  }

  private boolean isExecuting(FoundClaim claim) {
    return ExecutingStages.isExecuting(
        claim.observed().orElseThrow(), reader.readHead(StageName.checkpointKey(claim.stage())));
  }

  /**
   * Watches the plan's claims of unknown age. Takes as long as their lease and margin, unless a
   * worker is seen to be alive before. 8 GET at most for each.
   *
   * @return the stages whose workers are alive
   * @throws StoreException {@code UNAVAILABLE} when interrupted; nothing was removed
   */
  public List<String> watch(Plan plan) {
    return new UntimedClaims(reader, reads, timing)
        .changed(plan.untimed()).stream().map(FoundClaim::stage).toList();
  }

  /**
   * Watches one claim of unknown age, as {@link #watch}.
   *
   * @return whether its worker is alive, or must be taken for it, because its record and its lease
   *     cannot be read
   */
  public boolean isAlive(String stage) {
    List<FoundClaim> claims = read(List.of(stage));
    return !claims.stream().allMatch(FoundClaim::isReadable)
        || !new UntimedClaims(reader, reads, timing).changed(claims).isEmpty();
  }

  /**
   * Removes the plan's claims, each in the version that was found; by force in any version. Those
   * that tell of failures go last, in requests of their own, and only if no other claim was taken.
   *
   * @throws StoreException the store failed; no checkpoint was deleted
   */
  public Removed removeClaims(Plan plan, boolean force) {
    // What tells of failures stays if the clear is refused for the sake of another claim.
    Map<Boolean, List<FoundClaim>> claims =
        plan.claims().stream().collect(Collectors.partitioningBy(FoundClaim::tellsOfFailures));
    Removed removed = remove(claims.getOrDefault(false, List.of()), plan, force);
    List<FoundClaim> telling = claims.getOrDefault(true, List.of());
    return removed.isRefused() ? removed : removed.and(remove(telling, plan, force), telling);
  }

  private Removed remove(List<FoundClaim> claims, Plan plan, boolean force) {
    Removed removed = removal.remove(claims, plan.foundAt());
    return force ? removal.removeByForce(removed, claims) : removed;
  }

  /**
   * Deletes the checkpoints. ⌈checkpoints/1000⌉ requests on S3.
   *
   * @param force also those that were written after they were listed
   */
  public DeletionReport delete(Plan plan, boolean force) {
    return store.delete(rest(plan, force));
  }

  /**
   * Deletes the checkpoints, and what is left of the claims, with all history. On S3 as many
   * requests as {@link CheckpointStore#purge}. A claim that was taken meanwhile stays.
   */
  public DeletionReport purge(Plan plan, Removed removed, boolean force) {
    Stream<Deletion> claims =
        plan.claims().stream()
            .map(FoundClaim::key)
            .map(key -> Deletion.of(key, removed.left().getOrDefault(key, Version.NONE)));
    DeletionReport report =
        store.purge(
            Stream.concat(claims, rest(plan, force))
                // Sorted, so that a store that lists the level does so once, in parts.
                .sorted(Comparator.comparing(Deletion::key)));
    return new DeletionReport(
        report.deleted(),
        report.failures().stream()
            .filter(failure -> !(failure.isConflict() && Keys.isClaim(failure.key())))
            .toList());
  }

  private static Stream<Deletion> rest(Plan plan, boolean force) {
    return plan.rest().stream()
        .map(d -> force && !Keys.isClaim(d.key()) ? Deletion.ofAny(d.key()) : d);
  }
}
