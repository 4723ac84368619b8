package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;

/** A worker's clocks and waits, by its script. */
record ScriptedTiming(Script script) implements Timing {
  @Override
  public long nanoTime() {
    return script.clocks().monotonic() * 1_000_000;
  }

  @Override
  public long wallMillis() {
    return script.clocks().wall();
  }

  @Override
  public void sleep(Duration duration) {
    Reply over = script.answer(Request.sleep(duration.toMillis()));
    if (!(over instanceof Reply.Done)) {
      throw new IllegalStateException(over + " does not end a sleep");
    }
  }

  @Override
  public double random() {
    return 0.5;
  }
}
