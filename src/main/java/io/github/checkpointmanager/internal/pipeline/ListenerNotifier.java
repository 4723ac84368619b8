package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.RunListener;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a listener, one call at a time, and logs its exceptions. Thread-safe. */
final class ListenerNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  private final RunListener listener;
  private final Map<String, String> waiting = new HashMap<>(); // guarded by this

  ListenerNotifier(RunListener listener) {
    this.listener = listener;
  }

  synchronized void call(Consumer<RunListener> what) {
    try {
      what.accept(listener);
    } catch (RuntimeException e) {
      LOG.warn("A listener of the run failed, and the run ignores it", e);
    }
  }

  /**
   * Reports that a stage waits, unless it still waits for the same holder.
   *
   * @param whom for whom it waits; the same holder after a renewal of its claim
   */
  synchronized void waiting(String stage, String whom, String reason) {
    if (!whom.equals(waiting.put(stage, whom))) {
      call(l -> l.waiting(stage, reason));
    }
  }
}
