package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;

/** Waits are over at once: what is tested is what happens after them. */
public final class Impatient {
  public static final Timing TIMING =
      new Timing() {
        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public long wallMillis() {
          return 0;
        }

        @Override
        public void sleep(Duration duration) {}

        @Override
        public double random() {
          return 0.5;
        }
      };

  private Impatient() {}
}
