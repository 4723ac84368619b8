package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ClearedClaims;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes claims in the version in which they were found: deletes them where the store compares
 * versions, and otherwise replaces them by what {@link ClearedClaims} leaves. Thread-safe.
 *
 * <p>A claim is deleted only when it is some seconds old by the store's clock, or was watched
 * unchanged for that long: the next claim of its stage takes its fencing token from that clock,
 * which tells whole seconds, and must come out greater. What is left of a replaced claim keeps the
 * token, so nothing has to wait.
 */
public record ClaimRemoval(
    CheckpointStore store,
    RecordReader reader,
    ParallelReads reads,
    Timing timing,
    ClearedClaims cleared) {
  /** Whole seconds of two readings, and the lead of a token that is not written yet. */
  static final Duration SETTLED = ClaimRecord.UNWRITTEN_TOKEN_LEAD.plusSeconds(2);

  /**
   * What became of claims.
   *
   * @param taken stages whose claim was written after it was found, and is kept
   * @param left by key, the version of what was left of a claim
   * @param failures claims of which it is not known, or that the store refused to delete
   * @param forgotten stages whose failures no longer count, although others were taken
   */
  public record Removed(
      List<String> taken,
      Map<String, Version> left,
      List<DeletionReport.Failure> failures,
      List<String> forgotten) {
    Removed(List<String> taken, Map<String, Version> left, List<DeletionReport.Failure> failures) {
      this(taken, left, failures, List.of());
    }

    /** Whether the checkpoints must stay. */
    boolean isRefused() {
      return !taken.isEmpty() || !failures.isEmpty();
    }

    /** This, and then that of claims that tell of failures. */
    Removed and(Removed later, List<FoundClaim> telling) {
      Map<String, Version> all = new TreeMap<>(left);
      all.putAll(later.left());
      List<String> gone =
          later.isRefused()
              ? telling.stream().map(FoundClaim::stage).filter(s -> !later.keeps(s)).toList()
              : List.of();
      return new Removed(later.taken(), all, later.failures(), gone);
    }

    private boolean keeps(String stage) {
      return taken.contains(stage)
          || failures.stream().anyMatch(f -> f.key().equals(StageName.claimKey(stage)));
    }
  }

  /**
   * Removes claims. ⌈claims/1000⌉ requests on S3, where versions are compared; elsewhere 1 GET and
   * 1 PUT for each claim, and 1 GET for what an earlier clear has left.
   *
   * @param foundAt when they were found, by the monotonic clock
   * @throws StoreException the store failed; no checkpoint was deleted
   */
  Removed remove(List<FoundClaim> claims, long foundAt) {
    if (claims.isEmpty()) {
      return new Removed(List.of(), Map.of(), List.of());
    }
    return store.comparesDeletions() ? delete(claims, foundAt) : replace(claims);
  }

  /** Removes the claims of these stages whatever their version is. 1 GET and 1 PUT each. */
  Removed removeByForce(Removed before, List<FoundClaim> claims) {
    Set<String> taken = new HashSet<>(before.taken());
    Map<String, Version> left = new TreeMap<>(before.left());
    claims.stream()
        .filter(claim -> taken.contains(claim.stage()))
        .forEach(
            claim ->
                cleared
                    .replaceByForce(claim.stage())
                    .ifPresent(version -> left.put(claim.key(), version)));
    return new Removed(List.of(), left, before.failures());
  }

  private Removed delete(List<FoundClaim> claims, long foundAt) {
    settle(claims, foundAt);
    DeletionReport report =
        store.delete(claims.stream().map(claim -> new Deletion(claim.key(), claim.version())));
    Set<String> conflicts = new HashSet<>(report.conflicts());
    return new Removed(
        claims.stream().filter(c -> conflicts.contains(c.key())).map(FoundClaim::stage).toList(),
        Map.of(),
        report.failures().stream().filter(failure -> !failure.isConflict()).toList());
  }

  private void settle(List<FoundClaim> claims, long foundAt) {
    Duration since = Duration.ofNanos(timing.nanoTime() - foundAt);
    Duration wait =
        claims.stream()
            .map(claim -> SETTLED.minus(claim.age().orElse(Duration.ZERO)))
            .map(left -> left.compareTo(SETTLED) < 0 ? left : SETTLED)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO)
            .minus(since);
    if (!wait.isNegative() && !wait.isZero()) {
      Waits.sleep(timing, wait, "it waited for the claims to be old enough");
    }
  }

  private Removed replace(List<FoundClaim> claims) {
    List<String> taken = new ArrayList<>();
    Map<String, Version> left = new TreeMap<>();
    for (Replaced one : reads.map(claims, this::replaced)) {
      if (one.taken()) {
        taken.add(one.claim().stage());
      }
      one.version().ifPresent(version -> left.put(one.claim().key(), version));
    }
    return new Removed(taken, left, List.of());
  }

  private record Replaced(FoundClaim claim, boolean taken, Optional<Version> version) {}

  private Replaced replaced(FoundClaim claim) {
    Reading now = claim.reading().orElseGet(() -> reader.readHead(claim.key()));
    Optional<Version> version = now.storedObject().map(StoredObject::version);
    if (version.isEmpty() || ClearedClaims.isLeft(claim.stage(), now)) {
      return new Replaced(claim, false, version);
    }
    if (!version.equals(claim.version())) {
      return new Replaced(claim, true, Optional.empty());
    }
    Optional<Version> left = cleared.replace(claim.stage(), now);
    return new Replaced(claim, left.isEmpty(), left);
  }
}
