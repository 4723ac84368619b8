package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.clear.ClearProtocol;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.DeletionReport;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears and purges a location. Thread-safe. */
final class ClearOperations {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointManager.class);

  /** How often to wait, some seconds each time, for claims that are too young. */
  private static final int WAITS = 3;

  private final ClearProtocol protocol;
  private final RecordFactory records;
  private final Errors errors;
  private final DeletionMode clearing;
  private final DeletionMode purging;

  /**
   * How keys are deleted.
   *
   * @param doing for messages
   * @param done for messages and log lines
   */
  private record DeletionMode(
      String doing, String done, Function<ClearProtocol.Plan, DeletionReport> deletion) {}

  ClearOperations(Wiring wiring) {
    this.protocol = wiring.clears();
    this.records = wiring.records();
    this.errors = wiring.errors();
    this.clearing = new DeletionMode("Clearing the checkpoints", "cleared", protocol::execute);
    this.purging = new DeletionMode("Purging the checkpoints", "purged", protocol::purge);
  }

  ClearResult all(ClearOptions options) {
    return all(clearing, options, protocol::planAll);
  }

  ClearResult purgeAll(ClearOptions options) {
    return all(purging, options, protocol::planPurge);
  }

  private ClearResult all(
      DeletionMode mode, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearResult result = delete(mode, options, planning);
    if (!options.dryRun()) {
      LOG.atInfo()
          .addKeyValue("location", errors.location())
          .addKeyValue("checkpoints", result.stages().size())
          .log("All checkpoints " + mode.done() + ".");
    }
    return result;
  }

  ClearResult some(Collection<String> stages, ClearOptions options) {
    return some(clearing, stages, options);
  }

  ClearResult purge(Collection<String> stages, ClearOptions options) {
    return some(purging, stages, options);
  }

  private ClearResult some(DeletionMode mode, Collection<String> stages, ClearOptions options) {
    stages.forEach(records::checkpointKey);
    Set<String> named = Set.copyOf(stages);
    ClearResult result = delete(mode, options, () -> protocol.planSome(named));
    if (!options.dryRun()) {
      result
          .stages()
          .forEach(stage -> LOG.info("Checkpoint {}: {}", mode.done(), LogSafe.of(stage)));
    }
    return result;
  }

  private ClearResult delete(
      DeletionMode mode, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    if (options.dryRun()) {
      ClearProtocol.Plan plan = plan(mode, options, planning);
      return new ClearResult(plan.stages(), plan.keys().size(), true);
    }
    ClearProtocol.Plan plan = settledPlan(mode, options, planning);
    DeletionReport report = errors.during(null, mode.doing(), () -> mode.deletion().apply(plan));
    if (!report.isComplete()) {
      throw errors.incomplete(report.failures(), mode.done());
    }
    return new ClearResult(plan.stages(), report.deleted(), false);
  }

  /** While it waits, another worker may claim a stage: the plan is made again, unless forced. */
  private ClearProtocol.Plan settledPlan(
      DeletionMode mode, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = plan(mode, options, planning);
    for (int i = 0; i < WAITS && !plan.isSettled(); i++) {
      settle(mode, plan);
      if (options.force()) {
        return plan;
      }
      plan = plan(mode, options, planning);
    }
    if (!plan.isSettled()) {
      throw errors.unsettled(mode.done());
    }
    return plan;
  }

  private void settle(DeletionMode mode, ClearProtocol.Plan plan) {
    errors.during(
        null,
        mode.doing(),
        () -> {
          protocol.settle(plan);
          return plan;
        });
  }

  private ClearProtocol.Plan plan(
      DeletionMode mode, ClearOptions options, Supplier<ClearProtocol.Plan> planning) {
    ClearProtocol.Plan plan = errors.during(null, mode.doing(), planning);
    if (!plan.live().isEmpty() && !options.force()) {
      throw errors.busy(plan.live().stream().map(ObservedClaim::stage).toList(), mode.done());
    }
    return plan;
  }
}
