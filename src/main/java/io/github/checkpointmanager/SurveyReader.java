package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.store.CheckpointStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Reads checkpoints and claims of some stages after one listing. Thread-safe. */
final class SurveyReader {
  private final CheckpointStore store;
  private final InventoryReader inventories;
  private final StatusReader statuses;
  private final ParallelReads reads;

  SurveyReader(
      CheckpointStore store,
      InventoryReader inventories,
      StatusReader statuses,
      ParallelReads reads) {
    this.store = store;
    this.inventories = inventories;
    this.statuses = statuses;
    this.reads = reads;
  }

  Survey of(Collection<String> stages) {
    LocationListing level = LocationListing.list(store);
    TreeSet<String> recorded = new TreeSet<>(stages);
    recorded.removeIf(
        stage -> !level.checkpoints().containsKey(stage) && !level.claims().containsKey(stage));
    List<Checkpoint> checkpoints = new ArrayList<>();
    List<Inventory.Problem> problems = new ArrayList<>();
    List<StageStatus> claims = new ArrayList<>();
    for (Survey one : reads.map(recorded, stage -> one(stage, level))) {
      checkpoints.addAll(one.records().checkpoints());
      problems.addAll(one.records().problems());
      claims.addAll(one.claims());
    }
    return new Survey(new Inventory(checkpoints, problems), claims);
  }

  private Survey one(String stage, LocationListing level) {
    Inventory record =
        level.checkpoints().containsKey(stage)
            ? inventories.head(stage)
            : new Inventory(List.of(), List.of());
    boolean claimMatters = record.checkpoints().isEmpty() && level.claims().containsKey(stage);
    return new Survey(record, claimMatters ? List.of(statuses.unfinished(stage, "")) : List.of());
  }
}
