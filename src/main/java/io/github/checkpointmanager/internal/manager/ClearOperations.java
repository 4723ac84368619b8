package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.clear.ClearProtocol.Plan;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.DeletionReport;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears a location, or purges it with all history. Thread-safe. */
record ClearOperations(
    Wiring wiring,
    ClearProtocol protocol,
    String doing,
    String done,
    Supplier<Plan> planningAll,
    Function<Plan, DeletionReport> deletion) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  /** How often to wait, some seconds each time, for claims that are too young. */
  private static final int WAITS = 3;

  static ClearOperations clearing(Wiring wiring) {
    ClearProtocol p = wiring.clears();
    return new ClearOperations(
        wiring, p, "Clearing the checkpoints", "cleared", p::planAll, p::execute);
  }

  static ClearOperations purging(Wiring wiring) {
    ClearProtocol p = wiring.clears();
    return new ClearOperations(
        wiring, p, "Purging the checkpoints", "purged", p::planPurge, p::purge);
  }

  ClearResult all(ClearOptions options) {
    ClearResult result = delete(options, planningAll);
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
    ClearResult result = delete(options, () -> protocol.planSome(named));
    if (!options.dryRun()) {
      result.stages().forEach(stage -> LOG.info("Checkpoint {}: {}", done, LogSafe.of(stage)));
    }
    return result;
  }

  private ClearResult delete(ClearOptions options, Supplier<Plan> planning) {
    if (options.dryRun()) {
      Plan plan = plan(options, planning);
      return new ClearResult(plan.stages(), plan.keys().size(), true);
    }
    Plan plan = settledPlan(options, planning);
    DeletionReport report = wiring.errors().during(null, doing, () -> deletion.apply(plan));
    if (!report.isComplete()) {
      throw wiring.errors().incomplete(report.failures(), done);
    }
    return new ClearResult(plan.stages(), report.deleted(), false);
  }

  /** While it waits, another worker may claim a stage: the plan is made again, unless forced. */
  private Plan settledPlan(ClearOptions options, Supplier<Plan> planning) {
    Plan plan = plan(options, planning);
    for (int i = 0; i < WAITS && !plan.isSettled(); i++) {
      Plan young = plan;
      Plan settled = wiring.errors().during(null, doing, () -> protocol.settle(young));
      if (options.force()) {
        return settled;
      }
      plan = plan(options, planning);
    }
    if (!plan.isSettled()) {
      throw wiring.errors().unsettled(done);
    }
    return plan;
  }

  /** Which claims are live rests on their ages. */
  private void prepare(ClearOptions options) {
    if (options.dryRun()) {
      wiring.prepareToShowAges();
    } else {
      wiring.store().prepare();
    }
  }

  private Plan plan(ClearOptions options, Supplier<Plan> planning) {
    Plan plan =
        wiring
            .errors()
            .during(
                null,
                doing,
                () -> {
                  prepare(options);
                  return planning.get();
                });
    if (!plan.live().isEmpty() && !options.force()) {
      List<String> stages = plan.live().stream().map(ObservedClaim::stage).toList();
      throw wiring.errors().busy(stages, done);
    }
    return plan;
  }
}
