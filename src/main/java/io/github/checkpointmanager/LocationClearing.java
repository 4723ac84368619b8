package io.github.checkpointmanager;

import io.github.checkpointmanager.protocol.ClaimSighting;
import io.github.checkpointmanager.protocol.ClearProtocol;
import io.github.checkpointmanager.record.OneLine;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears a location, with the protocol's words turned into the API's. Thread-safe. */
final class LocationClearing {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  /** How often claims that are too young are waited for, some seconds each time. */
  private static final int WAITS = 3;

  private final ClearProtocol protocol;
  private final Errors errors;

  LocationClearing(ClearProtocol protocol, Errors errors) {
    this.protocol = protocol;
    this.errors = errors;
  }

  ClearResult all(ClearOptions options) {
    ClearResult result = clear(options, protocol::planAll);
    if (!options.dryRun()) {
      LOG.atInfo()
          .addKeyValue("location", errors.location())
          .addKeyValue("checkpoints", result.stages().size())
          .log("All checkpoints cleared.");
    }
    return result;
  }

  ClearResult some(Set<String> stages, ClearOptions options) {
    ClearResult result = clear(options, () -> protocol.planSome(stages));
    if (!options.dryRun()) {
      result.stages().forEach(stage -> LOG.info("Checkpoint cleared: {}", OneLine.of(stage)));
    }
    return result;
  }

  private ClearResult clear(ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    if (options.dryRun()) {
      ClearProtocol.Plan plan = plan(options, planning);
      return new ClearResult(plan.stages(), plan.keys().size(), true);
    }
    ClearProtocol.Plan plan = settledPlan(options, planning);
    DeletionReport report = translated(() -> protocol.execute(plan));
    if (!report.isComplete()) {
      throw errors.incomplete(report.failures());
    }
    return new ClearResult(plan.stages(), report.deleted(), false);
  }

  /**
   * While it waits, somebody may claim a stage: the plan is made anew, unless that is no matter.
   */
  private ClearProtocol.Plan settledPlan(
      ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = plan(options, planning);
    for (int i = 0; i < WAITS && !plan.isSettled(); i++) {
      settle(plan);
      if (options.force()) {
        return plan;
      }
      plan = plan(options, planning);
    }
    if (!plan.isSettled()) {
      throw errors.unsettled();
    }
    return plan;
  }

  private void settle(ClearProtocol.Plan plan) {
    translated(
        () -> {
          protocol.settle(plan);
          return plan;
        });
  }

  private ClearProtocol.Plan plan(ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = translated(planning);
    if (!plan.live().isEmpty() && !options.force()) {
      throw errors.busy(plan.live().stream().map(ClaimSighting::stage).toList());
    }
    return plan;
  }

  private <T> T translated(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw errors.of(e, null, "Clearing the checkpoints");
    }
  }
}
