package io.github.checkpointmanager.pipeline;

import java.time.Duration;

/** What one turn of a stage comes to. */
sealed interface JobResult {
  /** It is known what became of it. */
  record Settled(StageReport report, UpstreamSeen view) implements JobResult {}

  /**
   * It is another worker's now, or the store did not answer: to be asked for again.
   *
   * @param whom for whom it waits
   * @param reason in words
   * @param atMost when it may be free at the latest, if that can be told; else zero
   */
  record Aside(String whom, String reason, Duration atMost) implements JobResult {}
}
