package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Forwards INT, TERM and HUP to child processes instead of ending this process, from {@link
 * #install} until {@link #close}. A signal that this process was started to ignore (nohup) stays
 * ignored, and children inherit that. Thread-safe.
 *
 * <p>A Ctrl-C is not forwarded: the terminal has sent it to the children already, and many programs
 * take a second one as "stop at once". While there is no child to stop, a second signal ends this
 * process at once, so that a person need not wait for a store that does not answer.
 */
public final class SignalForwarder implements AutoCloseable {
  private static final String INTERRUPT = "INT";
  private static final String TERMINATE = "TERM";
  private static final String IGNORED_SIGNALS = "SigIgn:";
  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, INTERRUPT, 2, TERMINATE, 15);

  /**
   * The terminal, or a service manager, signals this process and the child at once, and the child
   * may end before this process's handler has run.
   */
  private static final Duration LAG = Duration.ofMillis(250);

  /** The same, of a child that such a signal has ended. */
  private static final Duration LAG_AFTER_SIGNAL = Duration.ofSeconds(1);

  private final @Nullable Thread runner;
  private final List<Runnable> restore = new ArrayList<>();
  private final Set<Process> children = new LinkedHashSet<>(); // guarded by this
  private @Nullable String first; // guarded by this
  private boolean endsAtNext; // guarded by this

  private SignalForwarder(@Nullable Thread runner) {
    this.runner = runner;
  }

  /** For one child. A signal while the child runs is the child's alone. */
  public static SignalForwarder install() {
    return new SignalForwarder(null).register();
  }

  /**
   * For many children, of which more may start: each signal also interrupts the calling thread, so
   * that nothing further begins.
   */
  public static SignalForwarder installInterrupting() {
    return new SignalForwarder(Thread.currentThread()).register();
  }

  private SignalForwarder register() {
    NUMBERS.forEach(
        (name, number) -> {
          if (!ignores(number)) {
            Object before = Signals.register(name, () -> receive(name));
            restore.add(() -> Signals.unregister(name, before));
          }
        });
    return this;
  }

  /** The status of a process that the signal has ended. */
  public static int status(String signal) {
    return ExitCodes.SIGNAL_BASE + Objects.requireNonNull(NUMBERS.get(signal));
  }

  /** A child was started; a signal that came before reaches it now. */
  public synchronized void add(Process child) {
    children.add(child);
    if (first != null) {
      send(first, child);
    }
  }

  /** A child has ended. */
  public synchronized void remove(Process child) {
    children.remove(child);
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
        break; // This thread is never interrupted; an interrupt would mean "do not wait".
      }
    }
    return received();
  }

  private synchronized void receive(String name) {
    boolean alone = children.isEmpty();
    if (alone && endsAtNext) {
      Runtime.getRuntime().exit(status(name));
    }
    endsAtNext |= alone || runner != null;
    first = first == null ? name : first;
    notifyAll();
    if (!(name.equals(INTERRUPT) && isForegroundOfTerminal())) {
      children.forEach(child -> send(name, child));
    }
    if (runner != null) {
      runner.interrupt();
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
    if (runner != null && received().isPresent()) {
      Thread.interrupted(); // ours; what follows is the report
    }
  }

  /**
   * Whether this process was started to ignore a signal, as by nohup; false where there is no Linux
   * to ask.
   *
   * @see <a
   *     href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
   */
  private static boolean ignores(int signal) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(IGNORED_SIGNALS)) {
          long mask = Long.parseUnsignedLong(line.substring(IGNORED_SIGNALS.length()).strip(), 16);
          return (mask >> (signal - 1) & 1) == 1;
        }
      }
    } catch (IOException e) {
      // no Linux
    }
    return false;
  }

  /**
   * Whether a Ctrl-C typed now would reach this process and its children.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
   */
  private static boolean isForegroundOfTerminal() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String group = afterName[2]; // field 5, pgrp
      String terminal = afterName[4]; // field 7, tty_nr
      String foreground = afterName[5]; // field 8, tpgid
      return !terminal.equals("0") && group.equals(foreground);
    } catch (IOException e) {
      return StandardStreams.isTerminal(0); // no Linux
    }
  }
}
