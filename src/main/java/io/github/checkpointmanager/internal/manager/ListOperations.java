package io.github.checkpointmanager.internal.manager;

import static io.github.checkpointmanager.LocationDocument.Name.ROLLBACK_JOURNAL;

import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageSnapshot;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ClearedClaims;
import io.github.checkpointmanager.internal.claim.ExecutingStages;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads all records of a location, or some with their claims, and derives the status of stages from
 * them. Reads only what it must. Each payload is dropped as soon as it was verified, so that no
 * more are in memory than reads are under way. Thread-safe.
 */
record ListOperations(Wiring wiring) {
  Set<String> completed() {
    return during("Listing the checkpoints", () -> listing("").checkpoints().keySet());
  }

  /** One stage's head. */
  Lookup inspect(String stage) {
    wiring.records().checkpointKey(stage);
    return wiring.errors().during(stage, "Reading the checkpoint of", () -> head(stage));
  }

  CheckpointList heads() {
    return all(wiring.reader()::readHead);
  }

  CheckpointList whole() {
    return all(wiring.reader()::readWhole);
  }

  private CheckpointList all(Function<String, Reading> read) {
    return during(
        "Reading the checkpoints",
        () ->
            CheckpointList.of(
                wiring
                    .reads()
                    .map(listing("").checkpoints().keySet(), stage -> lookup(stage, read))));
  }

  /**
   * The checkpoints of some stages, the claims of those without, and the journal of the last
   * rollback. The journal is read before the checkpoints: a rollback that begins after that is
   * known by another journal, and one that ended before has left none of the checkpoints that it
   * undid.
   */
  StageSnapshot snapshot(Collection<String> stages) {
    stages.forEach(wiring.records()::checkpointKey);
    return during(
        "Reading the checkpoints",
        () -> {
          LocationListing listing = listing("");
          Optional<LocationDocument.Content> rollback =
              listing.documents().contains(ROLLBACK_JOURNAL.key())
                  ? new DocumentOperations(ROLLBACK_JOURNAL, wiring).read()
                  : Optional.empty();
          Set<String> recorded = new TreeSet<>(stages);
          recorded.retainAll(listing.stages());
          prepareForClaims(listing);
          List<StageRead> reads = wiring.reads().map(recorded, stage -> read(stage, listing));
          return new StageSnapshot(
              CheckpointList.of(reads.stream().map(StageRead::record).toList()),
              reads.stream().flatMap(read -> read.claim().stream()).toList(),
              rollback);
        });
  }

  /** One stage of a snapshot: its record, and its claim where there is no valid checkpoint. */
  private record StageRead(Lookup record, Optional<StageStatus> claim) {}

  private StageRead read(String stage, LocationListing listing) {
    Lookup record =
        listing.checkpoints().containsKey(stage) ? head(stage) : new Lookup.Absent(stage);
    boolean claimMatters = record.valid().isEmpty() && listing.claims().containsKey(stage);
    return new StageRead(record, claimMatters ? unfinished(stage, "") : Optional.empty());
  }

  private Lookup head(String stage) {
    return lookup(stage, wiring.reader()::readHead);
  }

  private static Lookup lookup(String stage, Function<String, Reading> read) {
    return Lookups.withoutPayload(stage, read.apply(StageName.checkpointKey(stage)));
  }

  /** The status of the location's own level, where verified with checkpoints read whole. */
  List<StageStatus> level(boolean verified) {
    return during("Reading the status", () -> statuses(listing(""), "", verified));
  }

  /** The status of the location and of all levels below it that hold stages. */
  List<LocationStatus> tree(boolean verified) {
    return during(
        "Reading the status",
        () -> {
          List<LocationStatus> all = new ArrayList<>();
          collect("", verified, all);
          return all;
        });
  }

  private void collect(String prefix, boolean verified, List<LocationStatus> into) {
    try {
      LocationListing listing = listing(prefix);
      List<StageStatus> stages = statuses(listing, prefix, verified);
      if (!stages.isEmpty()) {
        String path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        into.add(new LocationStatus(path, stages));
      }
      listing.children().forEach(child -> collect(prefix + child, verified, into));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.INVALID || prefix.isEmpty()) {
        throw e; // otherwise it is not one of ours: no location can have such a name
      }
    }
  }

  private void prepareForClaims(LocationListing listing) {
    if (!ExecutingStages.suspects(listing).isEmpty()) {
      wiring.prepareToShowAges();
    }
  }

  private List<StageStatus> statuses(LocationListing listing, String prefix, boolean verified) {
    prepareForClaims(listing);
    return wiring
        .reads()
        .map(
            listing.stages(),
            stage -> {
              if (!listing.checkpoints().containsKey(stage)) {
                return unfinished(stage, prefix);
              }
              return runAgain(stage, listing).or(() -> completed(stage, prefix, verified));
            })
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** The status of a completed stage that a worker is running again. */
  private Optional<StageStatus> runAgain(String stage, LocationListing listing) {
    return ExecutingStages.isSuspect(listing, stage)
        ? new ExecutingStages(wiring.reader()).of(listing, stage).map(ListOperations::ofClaim)
        : Optional.empty();
  }

  private Optional<StageStatus> completed(String stage, String prefix, boolean verified) {
    return verified
        ? verified(stage, prefix)
        : Optional.of(unread(stage, StageState.COMPLETED, ""));
  }

  private Optional<StageStatus> verified(String stage, String prefix) {
    Lookup lookup =
        Lookups.of(stage, wiring.reader().readWhole(prefix + StageName.checkpointKey(stage)));
    if (lookup instanceof Lookup.Valid valid) {
      return Optional.of(
          new StageStatus(
              stage,
              StageState.COMPLETED,
              false,
              lookup.valid(),
              Optional.empty(),
              valid.checkpoint().completion()));
    }
    return lookup
        .invalid()
        .map(invalid -> unread(stage, StageState.CORRUPT, invalid.reason()))
        .or(() -> unfinished(stage, prefix)); // deleted since it was listed
  }

  /**
   * The status of a stage without a valid checkpoint, by its claim; empty for what a clear has left
   * of one, which is no stage. 1 request.
   */
  private Optional<StageStatus> unfinished(String stage, String prefix) {
    Reading reading = wiring.reader().readHead(prefix + StageName.claimKey(stage));
    if (ClearedClaims.isLeft(stage, reading)) {
      return Optional.empty();
    }
    return ObservedClaim.of(stage, reading)
        .map(ListOperations::ofClaim)
        .or(() -> Optional.of(unread(stage, StageState.PENDING, "")));
  }

  private static StageStatus ofClaim(ObservedClaim observed) {
    Optional<ClaimInfo> holder = ClaimOperations.info(observed);
    return new StageStatus(
        observed.stage(),
        state(observed),
        false,
        Optional.empty(),
        holder,
        holder.map(Wording::history).orElse("its claim cannot be read"));
  }

  /** Without checkpoint and claim; a completed one rests on the listing alone. */
  private static StageStatus unread(String stage, StageState state, String detail) {
    return new StageStatus(
        stage, state, state == StageState.COMPLETED, Optional.empty(), Optional.empty(), detail);
  }

  private static StageState state(ObservedClaim observed) {
    return switch (observed.claim().map(ClaimRecord::state).orElse(State.RUNNING)) {
      case FAILED -> StageState.FAILED;
      case RELEASED, COMPLETED -> StageState.PENDING;
      case RUNNING -> observed.isLive() ? StageState.RUNNING : StageState.LATE;
    };
  }

  private LocationListing listing(String prefix) {
    return LocationListing.list(wiring.store(), prefix);
  }

  private <T> T during(String doing, Supplier<T> work) {
    return wiring.errors().during(null, doing, work);
  }
}
