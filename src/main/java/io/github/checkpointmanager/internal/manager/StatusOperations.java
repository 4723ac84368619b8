package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Derives the status of stages from their records. Reads only what it must. Thread-safe. */
final class StatusOperations {
  private static final String READING = "Reading the status";

  private final Wiring wiring;

  StatusOperations(Wiring wiring) {
    this.wiring = wiring;
  }

  /**
   * The stages of the location's own level.
   *
   * @param verified whether checkpoints are read whole, too
   */
  List<StageStatus> level(boolean verified) {
    return wiring
        .errors()
        .during(null, READING, () -> read(LocationListing.list(wiring.store()), "", verified));
  }

  /** The location and all levels below it that hold stages. */
  List<LocationStatus> tree(boolean verified) {
    List<LocationStatus> all = new ArrayList<>();
    collect("", verified, all);
    return all;
  }

  private void collect(String prefix, boolean verified, List<LocationStatus> into) {
    try {
      LocationListing listing = LocationListing.list(wiring.store(), prefix);
      List<StageStatus> stages = read(listing, prefix, verified);
      if (!stages.isEmpty()) {
        String path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        into.add(new LocationStatus(path, stages));
      }
      listing.children().forEach(child -> collect(prefix + child, verified, into));
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.INVALID && !prefix.isEmpty()) {
        return; // not one of ours: no location can have such a name
      }
      throw wiring.errors().of(e, null, READING);
    }
  }

  private List<StageStatus> read(LocationListing listing, String prefix, boolean verified) {
    return wiring
        .reads()
        .map(
            listing.stages(),
            stage -> {
              if (!listing.checkpoints().containsKey(stage)) {
                return unfinished(stage, prefix);
              }
              return verified ? verified(stage, prefix) : presumed(stage);
            });
  }

  private static StageStatus presumed(String stage) {
    return new StageStatus(
        stage, StageState.COMPLETED, true, Optional.empty(), Optional.empty(), "");
  }

  private StageStatus verified(String stage, String prefix) {
    Lookup lookup =
        Lookups.of(stage, wiring.reader().readWhole(prefix + StageName.checkpointKey(stage)));
    if (lookup instanceof Lookup.Valid valid) {
      return completed(valid.checkpoint());
    }
    return lookup
        .invalid()
        .map(StatusOperations::corrupt)
        .orElseGet(() -> unfinished(stage, prefix)); // deleted since it was listed
  }

  private static StageStatus completed(Checkpoint checkpoint) {
    return new StageStatus(
        checkpoint.stage(),
        StageState.COMPLETED,
        false,
        Optional.of(checkpoint),
        Optional.empty(),
        checkpoint.completion());
  }

  private static StageStatus corrupt(Lookup.Invalid invalid) {
    return new StageStatus(
        invalid.stage(),
        StageState.CORRUPT,
        false,
        Optional.empty(),
        Optional.empty(),
        invalid.reason());
  }

  /** The status of a stage without a valid checkpoint, by its claim. 1 request. */
  StageStatus unfinished(String stage, String prefix) {
    Optional<ObservedClaim> observed =
        ObservedClaim.of(stage, wiring.reader().readHead(prefix + StageName.claimKey(stage)));
    if (observed.isEmpty()) {
      return new StageStatus(
          stage, StageState.PENDING, false, Optional.empty(), Optional.empty(), "");
    }
    Optional<ClaimRecord> claim = observed.get().claim();
    Optional<ClaimInfo> holder =
        claim.map(record -> ClaimOperations.info(record, observed.get().renewedAt()));
    return new StageStatus(
        stage,
        state(observed.get(), claim),
        false,
        Optional.empty(),
        holder,
        claim.isEmpty() ? "its claim cannot be read" : holder.map(Wording::history).orElse(""));
  }

  private static StageState state(ObservedClaim observed, Optional<ClaimRecord> claim) {
    State recorded = claim.map(ClaimRecord::state).orElse(State.RUNNING);
    return switch (recorded) {
      case FAILED -> StageState.FAILED;
      case RELEASED, COMPLETED -> StageState.PENDING;
      case RUNNING -> observed.isLive() ? StageState.RUNNING : StageState.LATE;
    };
  }
}
