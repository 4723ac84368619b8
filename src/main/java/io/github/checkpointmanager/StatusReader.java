package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Derives where stages stand. Reads only what it must. Thread-safe. */
final class StatusReader {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final ParallelReads reads;
  private final Errors errors;

  StatusReader(CheckpointStore store, ParallelReads reads, Errors errors) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.reads = reads;
    this.errors = errors;
  }

  /**
   * The stages of one level.
   *
   * @param prefix empty, or a level below ending in a slash
   * @param verified whether checkpoints are read whole, too
   */
  List<StageStatus> level(String prefix, boolean verified) {
    try {
      return read(LocationListing.list(store, prefix), prefix, verified);
    } catch (StoreException e) {
      throw errors.of(e, null, "Reading the status");
    }
  }

  /** A level and all below it that hold stages. */
  List<LocationStatus> tree(boolean verified) {
    List<LocationStatus> all = new ArrayList<>();
    collect("", verified, all);
    return all;
  }

  private void collect(String prefix, boolean verified, List<LocationStatus> into) {
    try {
      LocationListing level = LocationListing.list(store, prefix);
      List<StageStatus> stages = read(level, prefix, verified);
      if (!stages.isEmpty()) {
        String path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        into.add(new LocationStatus(path, stages));
      }
      level.children().forEach(child -> collect(prefix + child, verified, into));
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.INVALID && !prefix.isEmpty()) {
        return; // a stranger's level, by a name that no location can have
      }
      throw errors.of(e, null, "Reading the status");
    }
  }

  private List<StageStatus> read(LocationListing level, String prefix, boolean verified) {
    TreeSet<String> stages = new TreeSet<>(level.checkpoints().keySet());
    stages.addAll(level.claims().keySet());
    return reads.map(
        stages,
        stage -> {
          if (!level.checkpoints().containsKey(stage)) {
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
    Reading reading = reader.readWhole(prefix + StageName.checkpointKey(stage));
    if (reading instanceof Reading.Found found) {
      Checkpoint checkpoint = new Checkpoint(stage, found.stored());
      return CheckpointAccess.foreignness(stage, found.stored())
          .map(RecordException::why)
          .map(why -> corrupt(stage, why))
          .orElseGet(
              () ->
                  new StageStatus(
                      stage,
                      StageState.COMPLETED,
                      false,
                      Optional.of(checkpoint),
                      Optional.empty(),
                      Wording.completion(checkpoint)));
    }
    if (reading instanceof Reading.Damaged damaged) {
      return corrupt(stage, damaged.reason());
    }
    if (reading instanceof Reading.Unreadable unreadable) {
      return corrupt(stage, unreadable.reason());
    }
    return unfinished(stage, prefix); // deleted since it was listed
  }

  private static StageStatus corrupt(String stage, String why) {
    return new StageStatus(
        stage, StageState.CORRUPT, false, Optional.empty(), Optional.empty(), why);
  }

  /** Where a stage without valid checkpoint stands, by its claim. */
  StageStatus unfinished(String stage, String prefix) {
    Optional<ObservedClaim> sighting =
        ObservedClaim.of(stage, reader.readHead(prefix + StageName.claimKey(stage)));
    if (sighting.isEmpty()) {
      return new StageStatus(
          stage, StageState.PENDING, false, Optional.empty(), Optional.empty(), "");
    }
    Optional<ClaimRecord> claim = sighting.get().claim();
    Optional<StageHolder> holder =
        claim.map(record -> ClaimAccess.holder(record, sighting.get().renewedAt()));
    return new StageStatus(
        stage,
        state(sighting.get(), claim),
        false,
        Optional.empty(),
        holder,
        claim.isEmpty() ? "its claim cannot be read" : holder.map(Wording::history).orElse(""));
  }

  private static StageState state(ObservedClaim sighting, Optional<ClaimRecord> claim) {
    State recorded = claim.map(ClaimRecord::state).orElse(State.RUNNING);
    return switch (recorded) {
      case FAILED -> StageState.FAILED;
      case RELEASED, COMPLETED -> StageState.PENDING;
      case RUNNING -> sighting.isLive() ? StageState.RUNNING : StageState.LATE;
    };
  }
}
