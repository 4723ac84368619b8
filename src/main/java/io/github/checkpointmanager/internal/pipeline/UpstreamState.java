package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stage, as the stages that depend on it need it. Immutable.
 *
 * @param runs whether it runs, so that its new checkpoint is not known yet
 * @param checkpoint its checkpoint; empty when it runs or has none
 * @param blocker the stage that keeps its dependents from running: this one, or one before it
 */
record UpstreamState(boolean runs, Optional<Checkpoint> checkpoint, @Nullable String blocker) {
  static UpstreamState running() {
    return new UpstreamState(true, Optional.empty(), null);
  }

  static UpstreamState done(Checkpoint checkpoint) {
    return new UpstreamState(false, Optional.of(checkpoint), null);
  }

  static UpstreamState blocked(String stage) {
    return new UpstreamState(false, Optional.empty(), stage);
  }

  /** The same state, blocked by an earlier stage if there is one. */
  UpstreamState blockedBy(@Nullable String earlier) {
    return earlier == null ? this : new UpstreamState(runs, checkpoint, earlier);
  }

  /** The stage that keeps this one from running, not always directly before it; null for none. */
  static @Nullable String blockerBefore(PipelineStage stage, Map<String, UpstreamState> states) {
    return stage.after().stream()
        .map(states::get)
        .filter(Objects::nonNull)
        .map(UpstreamState::blocker)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
