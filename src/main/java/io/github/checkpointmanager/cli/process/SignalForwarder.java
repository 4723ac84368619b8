package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.ExitCodes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Hands INT, TERM and HUP on to the child instead of ending this process, from {@link #install}
 * until {@link #close}. A signal that this process was started to ignore (nohup) stays ignored, and
 * the child inherits that.
 *
 * <p>A Ctrl-C is not handed on: the terminal has sent it to the child already, and many programs
 * take a second one as "stop at once". While there is no child to stop, a second signal ends this
 * process at once: nobody shall have to wait for a store that does not answer. Thread-safe.
 */
public final class SignalForwarder implements AutoCloseable {
  static final String INTERRUPT = "INT";
  private static final String TERMINATE = "TERM";
  static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, INTERRUPT, 2, TERMINATE, 15);

  /**
   * The terminal, or a service manager, signals this process and the child at once, and the child
   * may end before this process's handler has run.
   */
  private static final Duration LAG = Duration.ofMillis(250);

  /** The same, of a child that such a signal has ended. */
  private static final Duration LAG_AFTER_SIGNAL = Duration.ofSeconds(1);

  private final List<Runnable> restore = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private @Nullable String first;
  private int withoutChild;
  private @Nullable Process child;

  private SignalForwarder() {}

  public static SignalForwarder install() {
    SignalForwarder forwarder = new SignalForwarder();
    NUMBERS.forEach(
        (name, number) -> {
          if (!ProcessFacts.ignores(number)) {
            Object before = Signals.register(name, () -> forwarder.receive(name));
            forwarder.restore.add(() -> Signals.unregister(name, before));
          }
        });
    return forwarder;
  }

  /** The status of a process that the signal has ended. */
  public static int status(String signal) {
    return ExitCodes.SIGNAL_BASE + Objects.requireNonNull(NUMBERS.get(signal));
  }

  /** Signals that came before the child was started reach it now. */
  synchronized void forwardTo(Process started) {
    child = started;
    early.forEach(name -> send(name, started));
    early.clear();
  }

  /** The first signal that came, such as {@code INT}. */
  public synchronized Optional<String> received() {
    return Optional.ofNullable(first);
  }

  /** The signal that came while the child ran, which has ended with this status since. */
  public Optional<String> receivedBefore(int childStatus) {
    boolean signalled = NUMBERS.containsValue(childStatus - ExitCodes.SIGNAL_BASE);
    return await(signalled ? LAG_AFTER_SIGNAL : LAG);
  }

  /** Waits for a signal; returns what {@link #received} does. */
  public synchronized Optional<String> await(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    for (long left = end - System.nanoTime();
        first == null && left > 0;
        left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        break; // Nobody interrupts this thread; whoever does wants no waiting.
      }
    }
    return received();
  }

  private synchronized void receive(String name) {
    first = first == null ? name : first;
    notifyAll();
    if (child == null) {
      early.add(name);
    }
    if (child == null || !child.isAlive()) {
      withoutChild++;
      if (withoutChild > 1) {
        Runtime.getRuntime().exit(status(name));
      }
    } else if (!(name.equals(INTERRUPT) && ProcessFacts.isForegroundOfTerminal())) {
      send(name, child);
    }
  }

  static void send(String name, Process target) {
    if (!target.isAlive()) {
      return;
    }
    if (name.equals(TERMINATE)) {
      target.destroy();
      return;
    }
    try {
      // The shell's own kill: a small container has no program of that name.
      new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(target.pid()))
          .start();
    } catch (IOException e) {
      target.destroy();
    }
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
  }
}
