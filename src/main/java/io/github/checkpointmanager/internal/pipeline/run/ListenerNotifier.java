package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.RunListener;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener one thing at a time, and survives what it throws. Thread-safe. */
final class ListenerNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

  private final RunListener listener;
  private final Map<String, String> waiting = new HashMap<>(); // guarded by this

  ListenerNotifier(RunListener listener) {
    this.listener = listener;
  }

  synchronized void tell(Consumer<RunListener> what) {
    try {
      what.accept(listener);
    } catch (RuntimeException e) {
      LOG.warn("A listener of the run failed, and was ignored", e);
    }
  }

  /**
   * Tells that a stage waits, unless it waits for the same still.
   *
   * @param whom for whom it waits: a claim's renewals do not make another one
   */
  synchronized void waiting(String stage, String whom, String reason) {
    if (!whom.equals(waiting.put(stage, whom))) {
      tell(l -> l.waiting(stage, reason));
    }
  }
}
