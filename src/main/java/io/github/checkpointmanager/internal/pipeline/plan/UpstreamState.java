package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.Checkpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stage, as the stages that depend on it need it. Immutable.
 *
 * @param runs whether it runs, so that its new checkpoint is not known yet
 * @param checkpoint its checkpoint; empty when it runs or has none
 * @param blocker the stage that keeps its dependents from running: this one, or one before it
 */
public record UpstreamState(
    boolean runs, Optional<Checkpoint> checkpoint, @Nullable String blocker) {
  public static UpstreamState running(@Nullable String blocker) {
    return new UpstreamState(true, Optional.empty(), blocker);
  }

  public static UpstreamState done(Checkpoint checkpoint, @Nullable String blocker) {
    return new UpstreamState(false, Optional.of(checkpoint), blocker);
  }

  public static UpstreamState blocked(String blocker) {
    return new UpstreamState(false, Optional.empty(), blocker);
  }

  /** The same state with another blocker. */
  public UpstreamState blockedBy(@Nullable String stage) {
    return new UpstreamState(runs, checkpoint, stage);
  }
}
