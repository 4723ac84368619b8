package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears and purges a location, with the protocol's words turned into the API's. Thread-safe. */
final class LocationClearing {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  /** How often claims that are too young are waited for, some seconds each time. */
  private static final int WAITS = 3;

  private final ClearProtocol protocol;
  private final Errors errors;
  private final Way clearing;
  private final Way purging;

  /**
   * How keys go.
   *
   * @param doing for messages
   * @param done for messages and log lines
   */
  private record Way(
      String doing, String done, Function<ClearProtocol.Plan, DeletionReport> deletion) {}

  LocationClearing(ClearProtocol protocol, Errors errors) {
    this.protocol = protocol;
    this.errors = errors;
    this.clearing = new Way("Clearing the checkpoints", "cleared", protocol::execute);
    this.purging = new Way("Purging the checkpoints", "purged", protocol::purge);
  }

  ClearResult all(ClearOptions options) {
    return all(clearing, options, protocol::planAll);
  }

  ClearResult purgeAll(ClearOptions options) {
    return all(purging, options, protocol::planPurge);
  }

  private ClearResult all(Way way, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearResult result = delete(way, options, planning);
    if (!options.dryRun()) {
      LOG.atInfo()
          .addKeyValue("location", errors.location())
          .addKeyValue("checkpoints", result.stages().size())
          .log("All checkpoints " + way.done() + ".");
    }
    return result;
  }

  ClearResult some(Set<String> stages, ClearOptions options) {
    return some(clearing, stages, options);
  }

  ClearResult purge(Set<String> stages, ClearOptions options) {
    return some(purging, stages, options);
  }

  private ClearResult some(Way way, Set<String> stages, ClearOptions options) {
    ClearResult result = delete(way, options, () -> protocol.planSome(stages));
    if (!options.dryRun()) {
      result
          .stages()
          .forEach(stage -> LOG.info("Checkpoint {}: {}", way.done(), LogSafe.of(stage)));
    }
    return result;
  }

  private ClearResult delete(Way way, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    if (options.dryRun()) {
      ClearProtocol.Plan plan = plan(way, options, planning);
      return new ClearResult(plan.stages(), plan.keys().size(), true);
    }
    ClearProtocol.Plan plan = settledPlan(way, options, planning);
    DeletionReport report = translated(way, () -> way.deletion().apply(plan));
    if (!report.isComplete()) {
      throw errors.incomplete(report.failures(), way.done());
    }
    return new ClearResult(plan.stages(), report.deleted(), false);
  }

  /**
   * While it waits, somebody may claim a stage: the plan is made anew, unless that is no matter.
   */
  private ClearProtocol.Plan settledPlan(
      Way way, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = plan(way, options, planning);
    for (int i = 0; i < WAITS && !plan.isSettled(); i++) {
      settle(way, plan);
      if (options.force()) {
        return plan;
      }
      plan = plan(way, options, planning);
    }
    if (!plan.isSettled()) {
      throw errors.unsettled(way.done());
    }
    return plan;
  }

  private void settle(Way way, ClearProtocol.Plan plan) {
    translated(
        way,
        () -> {
          protocol.settle(plan);
          return plan;
        });
  }

  private ClearProtocol.Plan plan(
      Way way, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = translated(way, planning);
    if (!plan.live().isEmpty() && !options.force()) {
      throw errors.busy(plan.live().stream().map(ObservedClaim::stage).toList(), way.done());
    }
    return plan;
  }

  private <T> T translated(Way way, Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw errors.of(e, null, way.doing());
    }
  }
}
