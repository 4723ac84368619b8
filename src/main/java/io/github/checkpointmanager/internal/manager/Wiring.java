package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.internal.claim.ClaimProtocol;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.store.CheckpointStore;

/** What the operations of one manager share. */
record Wiring(
    CheckpointStore store,
    ManagerSettings settings,
    Errors errors,
    RecordReader reader,
    ParallelReads reads,
    RecordFactory records) {
  static Wiring of(CheckpointStore store, ManagerSettings settings) {
    Errors errors = new Errors(store);
    return new Wiring(
        store,
        settings,
        errors,
        new RecordReader(store),
        new ParallelReads(settings.readParallelism()),
        new RecordFactory(store, errors, settings));
  }

  SaveProtocol saves() {
    return new SaveProtocol(store, settings.timing());
  }

  ClaimProtocol claims() {
    return new ClaimProtocol(store, settings.timing(), settings.clock(), settings.worker());
  }

  ClearProtocol clears() {
    return new ClearProtocol(store, reads, settings.timing());
  }

  RestoreProtocol restores() {
    return new RestoreProtocol(store, settings.timing());
  }
}
