package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageSnapshot;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.record.StageName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads all records of a location, or some with their claims. Each payload is dropped as soon as it
 * was verified, so that no more are in memory than reads are under way. Thread-safe.
 */
final class ListOperations {
  private final Wiring wiring;
  private final StatusOperations statuses;

  ListOperations(Wiring wiring, StatusOperations statuses) {
    this.wiring = wiring;
    this.statuses = statuses;
  }

  Set<String> completed() {
    return wiring
        .errors()
        .during(null, "Listing the checkpoints", () -> listing().checkpoints().keySet());
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
    return reading(
        () ->
            CheckpointList.of(
                wiring
                    .reads()
                    .map(listing().checkpoints().keySet(), stage -> lookup(stage, read))));
  }

  /** The checkpoints of some stages, and the claims of those without. */
  StageSnapshot snapshot(Collection<String> stages) {
    stages.forEach(wiring.records()::checkpointKey);
    return reading(
        () -> {
          LocationListing listing = listing();
          Set<String> recorded = new TreeSet<>(stages);
          recorded.retainAll(listing.stages());
          List<StageRead> reads =
              wiring.reads().map(recorded, stage -> StageRead.of(this, stage, listing));
          return new StageSnapshot(
              CheckpointList.of(reads.stream().map(StageRead::record).toList()),
              reads.stream().flatMap(read -> read.claim().stream()).toList());
        });
  }

  /** One stage of a snapshot: its record, and its claim where there is no valid checkpoint. */
  private record StageRead(Lookup record, Optional<StageStatus> claim) {
    static StageRead of(ListOperations lists, String stage, LocationListing listing) {
      Lookup record =
          listing.checkpoints().containsKey(stage) ? lists.head(stage) : new Lookup.Absent(stage);
      boolean claimMatters = record.valid().isEmpty() && listing.claims().containsKey(stage);
      return new StageRead(
          record,
          claimMatters ? Optional.of(lists.statuses.unfinished(stage, "")) : Optional.empty());
    }
  }

  private Lookup head(String stage) {
    return lookup(stage, wiring.reader()::readHead);
  }

  private static Lookup lookup(String stage, Function<String, Reading> read) {
    return Lookups.withoutPayload(stage, read.apply(StageName.checkpointKey(stage)));
  }

  private LocationListing listing() {
    return LocationListing.list(wiring.store());
  }

  private <T> T reading(Supplier<T> work) {
    return wiring.errors().during(null, "Reading the checkpoints", work);
  }
}
