package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.LocationListing;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.store.CheckpointStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads all records of a location. Each is reduced to what is told about it as soon as it was read,
 * so that no more payloads are in memory than reads are under way. Thread-safe.
 */
final class InventoryReader {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final ParallelReads reads;

  InventoryReader(CheckpointStore store, RecordReader reader, ParallelReads reads) {
    this.store = store;
    this.reader = reader;
    this.reads = reads;
  }

  Set<String> completed() {
    return LocationListing.list(store).checkpoints().keySet();
  }

  Inventory heads() {
    return all(reader::readHead);
  }

  Inventory whole() {
    return all(reader::readWhole);
  }

  /** One stage's head. */
  Inventory head(String stage) {
    return inventory(List.of(entry(stage, reader::readHead)));
  }

  private Inventory all(Function<String, Reading> read) {
    return inventory(reads.map(completed(), stage -> entry(stage, read)));
  }

  /** What is told about one stage: one of the two, or nothing when it is absent. */
  private record Entry(Optional<Checkpoint> checkpoint, Optional<Inventory.Problem> problem) {
    static Entry of(Checkpoint checkpoint) {
      return new Entry(Optional.of(checkpoint), Optional.empty());
    }

    static Entry of(String stage, Inventory.Problem.Kind kind, String reason) {
      return new Entry(Optional.empty(), Optional.of(new Inventory.Problem(stage, kind, reason)));
    }
  }

  private static Entry entry(String stage, Function<String, Reading> read) {
    Reading reading = read.apply(StageName.checkpointKey(stage));
    if (reading instanceof Reading.Found found) {
      StoredRecord stored = found.stored().withoutPayload();
      Optional<RecordException> foreign = CheckpointAccess.foreignness(stage, stored);
      return foreign.isEmpty()
          ? Entry.of(new Checkpoint(stage, stored))
          : Entry.of(stage, Inventory.Problem.Kind.UNREADABLE, foreign.get().why());
    }
    if (reading instanceof Reading.Damaged damaged) {
      return Entry.of(stage, Inventory.Problem.Kind.DAMAGED, damaged.reason());
    }
    if (reading instanceof Reading.Unreadable unreadable) {
      return Entry.of(stage, Inventory.Problem.Kind.UNREADABLE, unreadable.reason());
    }
    return new Entry(Optional.empty(), Optional.empty()); // deleted since it was listed
  }

  private static Inventory inventory(List<Entry> entries) {
    return new Inventory(
        entries.stream().map(Entry::checkpoint).flatMap(Optional::stream).toList(),
        entries.stream().map(Entry::problem).flatMap(Optional::stream).toList());
  }
}
