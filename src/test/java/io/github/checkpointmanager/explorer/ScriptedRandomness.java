package io.github.checkpointmanager.explorer;

import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a program draw the same write ids whenever it is run again: within {@link #during}, every
 * new {@link SecureRandom} of this thread numbers its draws. Other threads draw random bits.
 *
 * <p>This way the production code stays as it is: ids are drawn where they are needed, from a
 * generator that is made in that call.
 */
final class ScriptedRandomness implements AutoCloseable {
  /** For other threads; made before the numbering provider is installed. */
  private static final SecureRandom REAL = new SecureRandom();

  private static final ThreadLocal<@Nullable Draws> CURRENT = new ThreadLocal<>();

  private final Provider provider = new NumberingProvider();

  /** Installs it before all other sources of randomness, until it is closed. */
  ScriptedRandomness() {
    Security.insertProviderAt(provider, 1);
  }

  @Override
  public void close() {
    Security.removeProvider(provider.getName());
  }

  /** Runs a program whose ids name the run that drew them: see {@link WorkerRun#of(String)}. */
  static <T> T during(WorkerRun run, Supplier<T> program) {
    CURRENT.set(new Draws(run));
    try {
      return program.get();
    } finally {
      CURRENT.remove();
    }
  }

  private static final class Draws {
    private final WorkerRun run;
    private int count;

    Draws(WorkerRun run) {
      this.run = run;
    }

    void fill(byte[] bytes) {
      Arrays.fill(bytes, (byte) 0xee);
      bytes[0] = (byte) run.worker();
      bytes[1] = (byte) run.number();
      bytes[2] = (byte) count++;
    }
  }

  /** Found by {@code new SecureRandom()} as the first provider that has a generator. */
  private static final class NumberingProvider extends Provider {
    private static final long serialVersionUID = 1L;

    NumberingProvider() {
      super("Explorer", "1", "Numbers instead of random bits, on the explorer's thread");
      putService(
          new Service(this, "SecureRandom", "Numbering", Numbering.class.getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return new Numbering();
            }
          });
    }
  }

  private static final class Numbering extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    @Override
    protected void engineSetSeed(byte[] seed) {}

    @Override
    protected void engineNextBytes(byte[] bytes) {
      Draws draws = CURRENT.get();
      if (draws == null) {
        REAL.nextBytes(bytes);
      } else {
        draws.fill(bytes);
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      byte[] bytes = new byte[count];
      engineNextBytes(bytes);
      return bytes;
    }
  }
}
