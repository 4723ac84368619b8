package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.ProcessTable;
import io.github.checkpointmanager.internal.process.ProcessTable.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One command that was started, and all processes that it starts: how it is told signals, and how
 * nothing of it is left. Thread-safe.
 */
public final class RunningCommand {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Process command;
  private final boolean shell;
  private final Family family;
  private @Nullable GracefulStop stop; // guarded by this
  private boolean over; // guarded by this

  RunningCommand(Process command, boolean shell, Family family) {
    this.command = command;
    this.shell = shell;
    this.family = family;
  }

  /**
   * Describes a command that was started with a cookie in its environment.
   *
   * @param shell whether the command is a shell of this program around the user's commands; it is
   *     no program that the user would expect to get a signal
   */
  public static RunningCommand of(Process command, ExecutionCookie cookie, boolean shell) {
    return new RunningCommand(command, shell, Family.of(command, cookie));
  }

  Process command() {
    return command;
  }

  boolean isShell() {
    return shell;
  }

  Family family() {
    return family;
  }

  /**
   * Tells it to stop, as {@link GracefulStop} does.
   *
   * @param typed whether the terminal has sent the signal to it already
   */
  synchronized void stop(String signal, boolean typed) {
    if (over) {
      return;
    }
    if (stop == null) {
      stop = new GracefulStop(this, signal, typed);
      stop.start();
    } else {
      stop.again(signal, typed);
    }
  }

  /**
   * Hands on a signal that stops nothing. A program gets it as it is. Of the processes of a shell,
   * those get it that have a handler for it: it would end the shell and all others, against the
   * sender's intention.
   */
  void pass(String signal, int number) {
    if (!shell) {
      if (command.isAlive()) {
        ProcessTable.kill(command.pid(), signal);
      }
      return;
    }
    family
        .table()
        .ifPresent(
            table -> {
              if (command.isAlive() && table.catches(command.pid(), number)) {
                ProcessTable.kill(command.pid(), signal);
              }
              try {
                for (Entry process : family.living()) {
                  if (table.catches(process.pid(), number)) {
                    family.signal(process, signal);
                  }
                }
              } catch (IOException e) {
                // Nobody can be told.
              }
            });
  }

  /**
   * The command has ended with this status: waits, if it was told to stop, until nothing of it is
   * left, however long that takes.
   *
   * @param mayGoOn asked when this thread is interrupted: whether what is left may still take the
   *     time to end by itself
   * @return the signal that has told it to stop
   */
  public Optional<String> finish(SignalForwarder signals, int status, BooleanSupplier mayGoOn) {
    signals.settle(status); // A signal may have ended the command before this process saw it.
    GracefulStop stopping;
    synchronized (this) {
      over = true;
      stopping = stop;
    }
    if (stopping == null) {
      return Optional.empty();
    }
    while (true) {
      try {
        stopping.await();
        return Optional.of(stopping.signal());
      } catch (InterruptedException e) {
        if (!mayGoOn.getAsBoolean()) {
          kill();
        }
      }
    }
  }

  /**
   * Asks the command and all that it has started to end. By its handle, because a {@link Process}
   * that is destroyed closes the pipes from which its last output is read.
   */
  void terminate() {
    command.toHandle().destroy();
    send("TERM");
  }

  /** Ends the command and all that it has started; they cannot refuse. */
  void kill() {
    command.toHandle().destroyForcibly();
    send("KILL");
  }

  private void send(String signal) {
    try {
      family.living().forEach(process -> family.signal(process, signal));
    } catch (IOException e) {
      // The caller looks again.
    }
  }

  /** Whether nothing of it runs any more; false if that cannot be told. */
  boolean isGone() {
    try {
      return !command.isAlive() && family.living().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends all of it: TERM, then KILL after a grace time. Returns when nothing is left. */
  public void end(Duration grace) {
    terminate();
    long begin = System.nanoTime();
    while (!isGone()) {
      if (System.nanoTime() - begin >= grace.toNanos()) {
        kill();
      }
      pause(LOOK);
    }
  }

  /** An interrupt is the reason for which it is being ended; it shortens nothing. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      // It is being stopped already.
    }
  }
}
