package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A child process that a test cannot wait for endlessly: after its limit a watchdog kills it and
 * every process that it has started, so that each read from its pipes ends. {@link #close} kills
 * them too. Thread-safe.
 *
 * <p>The processes that it has started are its descendants and, on Linux, those that inherited its
 * {@link #MARK}, whose parents may have ended.
 */
public final class WatchedProcess implements AutoCloseable {
  /** Enough for any child of these tests on a machine under heavy load. */
  public static final Duration LIMIT = Duration.ofMinutes(4);

  /** The variable of the environment that tells which processes belong together. */
  private static final String MARK = "WATCHED_TEST_PROCESS";

  private static final Duration TIME_TO_DIE = Duration.ofSeconds(30);
  private static final Path PROC = Path.of("/proc");
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "watchdog-of-test-processes");
            thread.setDaemon(true);
            return thread;
          });

  private final Process process;
  private final String mark;
  private final String command;
  private final Duration limit;
  private final ScheduledFuture<?> watchdog;
  private volatile boolean overdue;

  private WatchedProcess(Process process, String mark, String command, Duration limit) {
    this.process = process;
    this.mark = mark;
    this.command = command;
    this.limit = limit;
    this.watchdog = TIMER.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts the process; the watchdog kills it after {@link #LIMIT}. */
  public static WatchedProcess start(ProcessBuilder builder) throws IOException {
    return start(builder, LIMIT);
  }

  /** Starts the process; the watchdog kills it after this time. */
  public static WatchedProcess start(ProcessBuilder builder, Duration limit) throws IOException {
    String mark = UUID.randomUUID().toString();
    builder.environment().put(MARK, mark);
    return new WatchedProcess(builder.start(), mark, String.join(" ", builder.command()), limit);
  }

  /**
   * A command line that starts the same command with the default actions of INT, HUP and QUIT,
   * where {@code env} of GNU coreutils 8.32 or later is installed. Under {@code nohup}, and as a
   * background job of a script, a build ignores these signals; its children inherit that, and no
   * shell can trap a signal that was ignored when it started.
   */
  public static List<String> withDefaultSignals(List<String> command) {
    return Stream.concat(DefaultSignals.PREFIX.stream(), command.stream()).toList();
  }

  private static final class DefaultSignals {
    private static final List<String> PREFIX = find("env", "--default-signal=INT,HUP,QUIT");

    private static List<String> find(String... command) {
      List<String> prefix = List.of(command);
      List<String> probed = Stream.concat(prefix.stream(), Stream.of("true")).toList();
      ProcessBuilder builder =
          new ProcessBuilder(probed)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      try (WatchedProcess probe = start(builder)) {
        return probe.await() == 0 ? prefix : List.of();
      } catch (IOException e) {
        return List.of();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  public Process process() {
    return process;
  }

  /**
   * Waits for its end.
   *
   * @return its status
   * @throws AssertionError it has not ended within its limit
   */
  public int await() throws InterruptedException {
    int status = process.waitFor();
    requireInTime();
    return status;
  }

  /**
   * Call this where its output has ended: the cause may be the watchdog.
   *
   * @throws AssertionError it has not ended within its limit
   */
  public void requireInTime() {
    if (overdue) {
      throw new AssertionError("was killed, it ran for more than " + limit + ": " + command);
    }
  }

  private void expire() {
    overdue = true;
    killAll();
  }

  /** Kills it and every process that it has started, and waits until they are dead. */
  @Override
  public void close() {
    watchdog.cancel(false);
    killAll();
  }

  private void killAll() {
    long start = System.nanoTime();
    boolean interrupted = false;
    Set<ProcessHandle> found = new HashSet<>();
    while (true) {
      // A process may have started another one since the last look.
      found.addAll(started());
      List<ProcessHandle> living = found.stream().filter(WatchedProcess::isRunning).toList();
      if (living.isEmpty()) {
        break;
      }
      if (System.nanoTime() - start > TIME_TO_DIE.toNanos()) {
        throw new AssertionError("cannot be killed: " + living + " of " + command);
      }
      living.forEach(ProcessHandle::destroyForcibly);
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        interrupted = true; // Nothing may be left behind, not even after a time-out of the test.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<ProcessHandle> started() {
    // The id of a process that has ended may be another's by now, and so may the descendants.
    Stream<ProcessHandle> descendants = process.isAlive() ? process.descendants() : Stream.empty();
    return Stream.of(Stream.of(process.toHandle()), descendants, marked())
        .flatMap(handles -> handles)
        .collect(Collectors.toSet());
  }

  private Stream<ProcessHandle> marked() {
    return Files.isDirectory(PROC.resolve("self"))
        ? ProcessHandle.allProcesses().filter(this::isMarked)
        : Stream.empty();
  }

  private boolean isMarked(ProcessHandle handle) {
    try {
      byte[] environment = Files.readAllBytes(proc(handle, "environ"));
      return ("\0" + new String(environment, ISO_8859_1)).contains("\0" + MARK + "=" + mark + "\0");
    } catch (IOException e) {
      return false; // It has ended, or belongs to another user.
    }
  }

  /** A zombie has ended, though nobody has collected its status. */
  private static boolean isRunning(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(proc(handle, "stat"), ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return handle.isAlive();
    }
  }

  private static Path proc(ProcessHandle handle, String file) {
    return PROC.resolve(Long.toString(handle.pid())).resolve(file);
  }
}
