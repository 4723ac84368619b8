package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.internal.process.ProcessTable;
import io.github.checkpointmanager.internal.process.ProcessTable.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stops one command as a signal asks for it, so that nothing of it is left at work. The command
 * gets the signal first, and as long as it needs: it alone knows what has to be finished. What it
 * has started gets the signal
 *
 * <ul>
 *   <li>when its own parent has ended, so that each process can end those that it started itself;
 *   <li>otherwise {@link #PATIENCE} after the command's end, or after the signal if the command is
 *       a shell of this program, which may wait for its child instead of ending.
 * </ul>
 *
 * <p>What is left {@link #GRACE} after the command's end is killed. A second signal kills all of it
 * after {@link #URGENCY}. For one command; thread-safe.
 */
final class GracefulStop {
  /** For a process to end its own children. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Between the command's end and KILL, for what it has left behind. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** Between a second signal and KILL, for the command too. */
  static final Duration URGENCY = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofMillis(50);

  private record Identity(long pid, long startTick) {}

  private final RunningCommand running;
  private final String signal;
  private final int number;
  private final long begin = System.nanoTime();
  private final long terminal;
  private final Set<Identity> told = new HashSet<>(); // of the stopping thread alone
  private long ended; // of the stopping thread alone; 0 while the command lives
  private boolean toldAll; // of the stopping thread alone
  private boolean unknown; // of the stopping thread alone; what is left cannot be told
  private final Deque<String> untold = new ArrayDeque<>(); // guarded by this
  private long urgentSince; // guarded by this; 0 before a second signal
  private boolean done; // guarded by this

  /**
   * Prepares a stop.
   *
   * @param typed whether the terminal has sent the signal to its foreground group already
   */
  GracefulStop(RunningCommand running, String signal, boolean typed) {
    this.running = running;
    this.signal = signal;
    this.number = SignalForwarder.number(signal);
    this.terminal = typed ? ownGroup() : 0;
    if (!typed) {
      untold.add(signal);
    }
  }

  private static long ownGroup() {
    try {
      return ProcessTable.LINUX.find(ProcessHandle.current().pid()).map(Entry::group).orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }

  String signal() {
    return signal;
  }

  void start() {
    DaemonThreads.start("checkpoint-stop", this::run);
  }

  /** One more signal. */
  synchronized void again(String name, boolean typed) {
    if (!typed) {
      untold.add(name);
    }
    if (urgentSince == 0) {
      urgentSince = System.nanoTime();
    }
  }

  /** Waits until nothing is left. */
  synchronized void await() throws InterruptedException {
    while (!done) {
      wait();
    }
  }

  private void run() {
    Collection<Entry> left = look();
    while (running.command().isAlive() || !left.isEmpty() || unknown) {
      tellCommand();
      if (isTimeToKill()) {
        running.kill();
      } else {
        tell(left);
      }
      RunningCommand.pause(LOOK);
      left = look();
    }
    synchronized (this) {
      done = true;
      notifyAll();
    }
  }

  private List<Entry> look() {
    if (ended == 0 && !running.command().isAlive()) {
      ended = System.nanoTime();
    }
    try {
      unknown = false;
      return running.family().living();
    } catch (IOException e) {
      unknown = true;
      return List.of();
    }
  }

  private void tellCommand() {
    String next;
    synchronized (this) {
      next = untold.poll();
    }
    Process command = running.command();
    if (next == null || !command.isAlive()) {
      return;
    }
    if (next.equals("TERM") || !ProcessTable.kill(command.pid(), next)) {
      command.toHandle().destroy(); // of a Process it closes the pipes, and loses the last output
    }
  }

  private boolean isTimeToKill() {
    long urgent;
    synchronized (this) {
      urgent = urgentSince;
    }
    return (urgent != 0 && isOver(urgent, URGENCY)) || (ended != 0 && isOver(ended, GRACE));
  }

  private void tell(Collection<Entry> left) {
    Set<Long> living = left.stream().map(Entry::pid).collect(Collectors.toSet());
    boolean commandLives = running.command().isAlive();
    boolean all = isTimeForAll(commandLives);
    for (Entry process : left) {
      boolean orphan = !commandLives && !living.contains(process.parent());
      if ((all || orphan) && told.add(new Identity(process.pid(), process.startTick()))) {
        tell(process);
      }
    }
  }

  /** Once: what a process starts after it was told is a part of how it ends. */
  private boolean isTimeForAll(boolean commandLives) {
    if (toldAll || (commandLives && !running.isShell())) {
      return false;
    }
    toldAll = isOver(ended == 0 ? begin : ended, PATIENCE);
    return toldAll;
  }

  /** A shell lets what it starts in the background ignore INT. */
  private void tell(Entry process) {
    boolean ignored =
        running.family().table().filter(t -> t.ignores(process.pid(), number)).isPresent();
    if (ignored) {
      running.family().signal(process, "TERM");
    } else if (terminal == 0 || process.group() != terminal) {
      running.family().signal(process, signal);
    } // else the terminal has told it, and a second time may mean "at once"
  }

  private static boolean isOver(long since, Duration time) {
    return System.nanoTime() - since >= time.toNanos();
  }
}
