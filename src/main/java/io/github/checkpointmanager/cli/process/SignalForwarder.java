package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.internal.process.ProcessTable;
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
 * Receives the signals of this process and hands them on to the commands that it runs, from {@link
 * #install} until {@link #close}. INT, TERM and HUP tell the commands to stop, see {@link
 * GracefulStop}, instead of ending this process. Those that schedulers and users send on purpose,
 * such as USR1, are handed on and stop nothing. A signal that this process was started to ignore
 * (nohup) stays ignored, and commands inherit that. Thread-safe.
 *
 * <p>A Ctrl-C is not handed on: the terminal has sent it to the commands already, and many programs
 * take a second one as "stop at once". While there is no command to stop, a second signal ends this
 * process at once, so that a person need not wait for a store that does not answer.
 */
public final class SignalForwarder implements AutoCloseable {
  private static final String INTERRUPT = "INT";
  private static final Map<String, Integer> STOPPING = Map.of("HUP", 1, INTERRUPT, 2, "TERM", 15);

  /** Their numbers are those of Linux on most machines, where the sets of signals are read. */
  private static final Map<String, Integer> PASSED =
      Map.of(
          "USR1", 10, "USR2", 12, "ALRM", 14, "STKFLT", 16, "URG", 23, "XCPU", 24, "VTALRM", 26,
          "PROF", 27, "IO", 29, "PWR", 30);

  /**
   * The terminal, or a service manager, signals this process and the child at once, and the child
   * may end before this process's handler has run.
   */
  private static final Duration LAG = Duration.ofMillis(250);

  /** The same, of a child that such a signal has ended. */
  private static final Duration LAG_AFTER_SIGNAL = Duration.ofSeconds(1);

  /**
   * A signal that comes so soon after the first is the same request: timeout(1) sends it to the
   * process and then to its group.
   */
  private static final Duration SAME_REQUEST = Duration.ofMillis(500);

  private final @Nullable Thread runner;
  private final List<Runnable> restore = new ArrayList<>();
  private final Set<RunningCommand> commands = new LinkedHashSet<>(); // guarded by this
  private @Nullable String first; // guarded by this
  private long firstAt; // guarded by this
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
    STOPPING.forEach((name, number) -> register(name, number, () -> receive(name)));
    PASSED.forEach((name, number) -> register(name, number, () -> pass(name, number)));
    return this;
  }

  private void register(String name, int number, Runnable handler) {
    if (!ProcessTable.LINUX.ignores(ProcessHandle.current().pid(), number)) {
      Object before = Signals.register(name, handler); // null where there is no such signal
      if (before != null) {
        restore.add(() -> Signals.unregister(name, before));
      }
    }
  }

  /** The number of a signal that stops. */
  static int number(String signal) {
    return Objects.requireNonNull(STOPPING.get(signal));
  }

  /** The status of a process that the signal has ended. */
  public static int status(String signal) {
    return ExitCodes.SIGNAL_BASE + number(signal);
  }

  /** A command was started; a signal that came before reaches it now. */
  public synchronized void add(RunningCommand running) {
    commands.add(running);
    if (first != null) {
      running.stop(first, false);
    }
  }

  /** Nothing of a command is left, or it was not told to stop. */
  public synchronized void remove(RunningCommand running) {
    commands.remove(running);
  }

  /** The first signal that came, such as {@code INT}. */
  public synchronized Optional<String> received() {
    return Optional.ofNullable(first);
  }

  /**
   * Waits until a signal that was sent to this process when the command ended, or before, has been
   * received: for a few milliseconds after a success, for longer when a signal may be the cause.
   */
  void settle(int childStatus) {
    if (childStatus == ExitCodes.DONE) {
      if (received().isEmpty()) {
        SignalBarrier.await(LAG);
      }
      return;
    }
    boolean signalled = STOPPING.containsValue(childStatus - ExitCodes.SIGNAL_BASE);
    await(signalled ? LAG_AFTER_SIGNAL : LAG);
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
    long now = System.nanoTime();
    boolean again = first != null;
    if (again && now - firstAt < SAME_REQUEST.toNanos()) {
      return;
    }
    boolean alone = commands.isEmpty();
    if (alone && endsAtNext) {
      Runtime.getRuntime().exit(status(name));
    }
    endsAtNext |= alone || runner != null;
    if (!again) {
      first = name;
      firstAt = now;
    }
    notifyAll();
    boolean typed = name.equals(INTERRUPT) && isForegroundOfTerminal();
    commands.forEach(running -> running.stop(name, typed));
    if (runner != null) {
      runner.interrupt();
    }
  }

  private void pass(String name, int number) {
    List<RunningCommand> all;
    synchronized (this) {
      all = List.copyOf(commands);
    }
    all.forEach(running -> running.pass(name, number));
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
    if (runner != null && received().isPresent()) {
      Thread.interrupted(); // ours; what follows is the report
    }
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
