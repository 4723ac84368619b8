package io.github.checkpointmanager.cli.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Hands INT, TERM and HUP on to the commands of the stages that run, and interrupts the run, so
 * that nothing further begins. As {@link SignalForwarder}, for many children: a Ctrl-C has reached
 * them already, ignored signals stay ignored, and while there is no child a second signal ends this
 * process at once. Thread-safe.
 */
public final class RunSignals implements AutoCloseable {
  private final Thread runner;
  private final List<Runnable> restore = new ArrayList<>();
  private final Set<Process> children = new LinkedHashSet<>(); // guarded by this
  private @Nullable String first; // guarded by this

  private RunSignals(Thread runner) {
    this.runner = runner;
  }

  /** From now on; the calling thread is the one that is interrupted. */
  public static RunSignals install() {
    RunSignals signals = new RunSignals(Thread.currentThread());
    SignalForwarder.NUMBERS.forEach(
        (name, number) -> {
          if (!ProcessFacts.ignores(number)) {
            Object before = Signals.register(name, () -> signals.receive(name));
            signals.restore.add(() -> Signals.unregister(name, before));
          }
        });
    return signals;
  }

  /** A child was started; a signal that came before reaches it now. */
  public synchronized void add(Process child) {
    children.add(child);
    if (first != null) {
      SignalForwarder.send(first, child);
    }
  }

  public synchronized void remove(Process child) {
    children.remove(child);
  }

  /** The first signal that came, such as {@code INT}. */
  public synchronized Optional<String> received() {
    return Optional.ofNullable(first);
  }

  private synchronized void receive(String name) {
    if (first != null && children.isEmpty()) {
      Runtime.getRuntime().exit(SignalForwarder.status(name));
    }
    first = first == null ? name : first;
    if (!(name.equals(SignalForwarder.INTERRUPT) && ProcessFacts.isForegroundOfTerminal())) {
      children.forEach(child -> SignalForwarder.send(name, child));
    }
    runner.interrupt();
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
    if (received().isPresent()) {
      Thread.interrupted(); // ours; what follows is the report
    }
  }
}
