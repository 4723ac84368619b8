package io.github.checkpointmanager.cli.process;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * Waits until the signals that this process has received so far have reached their handlers. The
 * JVM dispatches them on one thread, those with small numbers first; so this raises one with a
 * great number, which means nothing here, and waits for it.
 */
final class SignalBarrier {
  private static final String HARMLESS = "WINCH";

  /** The handler of an earlier signal was started by the first, and has run by the second. */
  private static final int ROUNDS = 2;

  private SignalBarrier() {}

  /** Waits, at most so long. */
  static synchronized void await(Duration longest) {
    for (int i = 0; i < ROUNDS; i++) {
      round(longest);
    }
  }

  private static void round(Duration longest) {
    CountDownLatch handled = new CountDownLatch(1);
    Object before = Signals.register(HARMLESS, handled::countDown);
    try {
      if (before == null || !raise() || handled.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (before != null) {
        Signals.unregister(HARMLESS, before);
      }
    }
  }

  /**
   * By reflection, as the library that registers handlers does: the compiler warns of the class.
   */
  private static boolean raise() {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Method raise = type.getMethod("raise", type);
      raise.invoke(null, type.getConstructor(String.class).newInstance(HARMLESS));
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }
}
