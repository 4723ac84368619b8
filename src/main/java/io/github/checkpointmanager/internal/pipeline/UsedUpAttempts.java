package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells for views which stages a claiming run would not try again, because they have failed as
 * often as their limit allows. A run asks the claims themselves. Pure.
 */
final class UsedUpAttempts {
  private UsedUpAttempts() {}

  /** Returns what was read, with an obstacle for each such stage. */
  static RecordsSnapshot in(Pipeline pipeline, RecordsSnapshot seen) {
    Map<String, RecordsSnapshot.Stage> stages = new HashMap<>();
    for (PipelineStage stage : pipeline.order()) {
      RecordsSnapshot.Stage read = seen.of(stage.name());
      List<Reason> obstacles = new ArrayList<>(read.obstacles());
      read.claim().flatMap(claim -> obstacle(stage, claim)).ifPresent(obstacles::add);
      stages.put(stage.name(), read.withObstacles(obstacles));
    }
    return new RecordsSnapshot(stages, seen.rollback());
  }

  private static Optional<Reason> obstacle(PipelineStage stage, StageStatus claim) {
    boolean mayHaveFailed = claim.state() == StageState.FAILED || claim.state() == StageState.LATE;
    if (!mayHaveFailed || claim.holder().isEmpty()) {
      return Optional.empty();
    }
    ClaimInfo last = claim.holder().get();
    long failures = last.failures() + (claim.state() == StageState.LATE ? 1 : 0);
    long limit = limit(stage.maxAttempts(), last.maxAttempts());
    if (limit == 0 || failures < limit) {
      return Optional.empty();
    }
    return Optional.of(
        new Reason(
            Reason.Code.ATTEMPTS_EXHAUSTED,
            "it has failed "
                + failures
                + (failures == 1 ? " time" : " times")
                + last.note().map(note -> ", the last time: " + LogSafe.of(note)).orElse("")
                + "; its limit is "
                + limit));
  }

  private static long limit(long own, long recorded) {
    return own == 0 || (recorded > 0 && recorded < own) ? recorded : own;
  }
}
