package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.internal.clear.ClaimRemoval.Removed;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.clear.ClearProtocol.Plan;
import io.github.checkpointmanager.internal.clear.FoundClaim;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.DeletionReport;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears a location, or purges it with all history. Thread-safe. */
record ClearOperations(
    Wiring wiring, ClearProtocol protocol, boolean withHistory, String doing, String done) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  static ClearOperations clearing(Wiring wiring) {
    return new ClearOperations(
        wiring, wiring.clears(), false, "Clearing the checkpoints", "cleared");
  }

  static ClearOperations purging(Wiring wiring) {
    return new ClearOperations(wiring, wiring.clears(), true, "Purging the checkpoints", "purged");
  }

  ClearResult all(ClearOptions options) {
    ClearResult result = delete(options, withHistory ? protocol::planPurgeAll : protocol::planAll);
    if (!options.dryRun()) {
      LOG.atInfo()
          .addKeyValue("location", wiring.errors().location())
          .addKeyValue("checkpoints", result.stages().size())
          .log("All checkpoints " + done + ".");
    }
    return result;
  }

  ClearResult some(Collection<String> stages, ClearOptions options) {
    stages.forEach(wiring.records()::checkpointKey);
    Set<String> named = Set.copyOf(stages);
    ClearResult result =
        delete(
            options, () -> withHistory ? protocol.planPurgeSome(named) : protocol.planSome(named));
    if (!options.dryRun()) {
      result.stages().forEach(stage -> LOG.info("Checkpoint {}: {}", done, LogSafe.of(stage)));
    }
    return result;
  }

  private ClearResult delete(ClearOptions options, Supplier<Plan> planning) {
    Plan plan =
        during(
            () -> {
              prepare(options);
              return planning.get();
            });
    if (!options.force()) {
      requireIdle(plan, options.dryRun());
    }
    if (options.dryRun()) {
      return new ClearResult(plan.stages(), plan.keys(), true);
    }
    Removed removed = during(() -> protocol.removeClaims(plan, options.force()));
    if (!removed.failures().isEmpty()) {
      throw wiring.errors().claimsLeft(removed.failures(), done);
    }
    if (!removed.taken().isEmpty()) {
      throw wiring.errors().busyMeanwhile(removed.taken(), removed.forgotten(), done);
    }
    DeletionReport report = during(() -> delete(plan, removed, options.force()));
    if (!report.isComplete()) {
      throw wiring.errors().incomplete(report.failures(), done);
    }
    long before = withHistory ? 0 : plan.claims().size();
    return new ClearResult(plan.stages(), before + report.deleted(), false);
  }

  private DeletionReport delete(Plan plan, Removed removed, boolean force) {
    return withHistory ? protocol.purge(plan, removed, force) : protocol.delete(plan, force);
  }

  /** Which claims are live rests on their ages. */
  private void prepare(ClearOptions options) {
    if (options.dryRun()) {
      wiring.prepareToShowAges();
    } else {
      wiring.store().prepare();
    }
  }

  /** Refuses while a worker executes a stage. Without the store's clock, only watching tells. */
  private void requireIdle(Plan plan, boolean dryRun) {
    requireNone(plan.live().stream().map(FoundClaim::stage).toList());
    if (plan.untimed().isEmpty()) {
      return;
    }
    if (dryRun) {
      requireNone(plan.untimed().stream().map(FoundClaim::stage).toList());
    }
    LOG.warn(
        "{} watches for up to {} s whether workers are alive: the store's clock is not known.",
        doing,
        plan.watching().toSeconds());
    requireNone(during(() -> protocol.watch(plan)));
  }

  private void requireNone(List<String> executing) {
    if (!executing.isEmpty()) {
      throw wiring.errors().busy(executing, done);
    }
  }

  private <T> T during(Supplier<T> work) {
    return wiring.errors().during(null, doing, work);
  }
}
