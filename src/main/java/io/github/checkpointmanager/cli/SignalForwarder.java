package io.github.checkpointmanager.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Hands INT, TERM and HUP on to the child instead of ending this process, from {@link #install}
 * until {@link #close}. A signal that this process was started to ignore (nohup) stays ignored, and
 * the child inherits that.
 *
 * <p>A Ctrl-C is not handed on: the terminal has sent it to the child already, and many programs
 * take a second one as "stop at once". Thread-safe.
 */
final class SignalForwarder implements AutoCloseable {
  private static final String INTERRUPT = "INT";
  private static final String TERMINATE = "TERM";
  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, INTERRUPT, 2, TERMINATE, 15);

  private final List<Runnable> restore = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private @Nullable Process child;

  private SignalForwarder() {}

  static SignalForwarder install() {
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

  /** Signals that came before the child was started reach it now. */
  synchronized void forwardTo(Process started) {
    child = started;
    early.forEach(name -> send(name, started));
    early.clear();
  }

  private synchronized void receive(String name) {
    if (child == null) {
      early.add(name);
    } else if (!(name.equals(INTERRUPT) && ProcessFacts.isForegroundOfTerminal())) {
      send(name, child);
    }
  }

  private static void send(String name, Process target) {
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
