package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.Checkpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a stage stands to those that come after it. Immutable.
 *
 * @param runs whether it runs, so that its identity is not known yet
 * @param checkpoint its checkpoint; empty when it runs or has none
 * @param blocker the stage because of which what comes after cannot run: this one, or one before it
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

  /** The same, after a stage because of which nothing runs. */
  public UpstreamState blockedBy(@Nullable String stage) {
    return new UpstreamState(runs, checkpoint, stage);
  }
}
