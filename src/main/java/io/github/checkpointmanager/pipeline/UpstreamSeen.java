package io.github.checkpointmanager.pipeline;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a stage stands to those that come after it. Immutable.
 *
 * @param runs whether it runs, so that its identity is not known yet
 * @param facts its checkpoint; empty when it runs or has none
 * @param blocker the stage because of which what comes after cannot run: this one, or one before it
 */
record UpstreamSeen(boolean runs, Optional<CheckpointFacts> facts, @Nullable String blocker) {
  static UpstreamSeen running(@Nullable String blocker) {
    return new UpstreamSeen(true, Optional.empty(), blocker);
  }

  static UpstreamSeen done(CheckpointFacts facts, @Nullable String blocker) {
    return new UpstreamSeen(false, Optional.of(facts), blocker);
  }

  static UpstreamSeen blocked(String blocker) {
    return new UpstreamSeen(false, Optional.empty(), blocker);
  }

  /** The same, after a stage because of which nothing runs. */
  UpstreamSeen blockedBy(@Nullable String stage) {
    return new UpstreamSeen(runs, facts, stage);
  }
}
