package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.internal.claim.ClaimProtocol;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.restore.RestoreProtocol;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operations of one manager share. */
record Wiring(
    CheckpointStore store,
    ManagerSettings settings,
    Errors errors,
    RecordReader reader,
    ParallelReads reads,
    RecordFactory records) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

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

  /**
   * Finds out whether the store's clock can be trusted, before ages are shown. Where that is not
   * possible, as for a reader that may not write, ages stay unknown, and claims count as live.
   */
  void prepareToShowAges() {
    try {
      store.prepare();
    } catch (StoreException e) {
      LOG.debug("The store's clock is not known: {}", e.getMessage());
    }
  }

  SaveProtocol saves() {
    return new SaveProtocol(store, settings.timing());
  }

  ClaimProtocol claims() {
    return new ClaimProtocol(
        store, settings.timing(), settings.clock(), settings.worker(), settings.processes());
  }

  ClearProtocol clears() {
    return new ClearProtocol(store, reads, settings.timing(), settings.clock());
  }

  RestoreProtocol restores() {
    return new RestoreProtocol(store, settings.timing());
  }
}
