package io.github.checkpointmanager.internal.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The processes of this machine as Linux shows them in {@code /proc}. Each answer is of one moment;
 * a process may start, end or give its id to another one right after it. Immutable.
 *
 * @param proc where the kernel shows processes
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
public record ProcessTable(Path proc) {
  public static final ProcessTable LINUX = new ProcessTable(Path.of("/proc"));

  /** While a process executes a new program, its environment is empty for a moment. */
  private static final int EMPTY_READINGS = 5;

  /**
   * One process.
   *
   * @param state {@code R}, {@code S}, {@code Z} and so on
   * @param threads that have not ended; of a zombie at least one, itself
   * @param startTick when it started, in clock ticks since the start of the machine, as the kernel
   *     says it: id and tick together name one process until the next start of the machine
   * @param kernelThread whether it is a thread of the kernel, which executes no program
   * @param parent the id of the process that started it, or has inherited it since
   * @param group the id of its process group
   */
  public record Entry(
      long pid,
      char state,
      long threads,
      long startTick,
      boolean kernelThread,
      long parent,
      long group) {
    private static final long PF_KTHREAD = 0x00200000;

    /** Whether nothing of it runs any more: it waits only for its parent to read its status. */
    public boolean isDead() {
      return (state == 'Z' && threads <= 1) || state == 'X' || state == 'x';
    }

    /** The name of the program may contain blanks and parentheses, so the last one counts. */
    static Entry parse(long pid, String stat) throws IOException {
      try {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new Entry(
            pid,
            fields[0].charAt(0), // field 3, state
            Long.parseLong(fields[17]), // field 20, num_threads
            Long.parseUnsignedLong(fields[19]), // field 22, starttime
            (Long.parseLong(fields[6]) & PF_KTHREAD) != 0, // field 9, flags
            Long.parseLong(fields[1]), // field 4, ppid
            Long.parseLong(fields[2])); // field 5, pgrp
      } catch (RuntimeException e) {
        throw new IOException("not understood: /proc/" + pid + "/stat", e);
      }
    }
  }

  /**
   * Which processes carry a cookie, at one moment.
   *
   * @param carrying of which the environment has it
   * @param unknown whose environment cannot be read, such as another user's, and for a moment those
   *     of processes that are ending; they may carry it too
   */
  public record Carriers(List<Entry> carrying, List<Entry> unknown) {}

  private enum Mark {
    CARRIES,
    DOES_NOT_CARRY,
    UNKNOWN
  }

  /**
   * The process that has this id, zombies included; empty when there is none, or {@code /proc} does
   * not show it ({@code hidepid}).
   *
   * @throws IOException whether there is one cannot be known
   */
  public Optional<Entry> find(long pid) throws IOException {
    Path directory = proc.resolve(Long.toString(pid));
    try {
      return Optional.of(Entry.parse(pid, Files.readString(directory.resolve("stat"), ISO_8859_1)));
    } catch (IOException e) {
      if (e instanceof NoSuchFileException || !Files.exists(directory)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * All processes of which something still runs and that carry a cookie, or may. Never this
   * process.
   *
   * @throws IOException the processes cannot be listed, as where there is no Linux
   */
  public Carriers carriers(ExecutionCookie cookie) throws IOException {
    List<Entry> carrying = new ArrayList<>();
    List<Entry> unknown = new ArrayList<>();
    long self = ProcessHandle.current().pid();
    for (long pid : pids()) {
      Optional<Entry> found = pid == self ? Optional.empty() : find(pid);
      if (found.isPresent() && !found.get().isDead() && !found.get().kernelThread()) {
        Mark mark = mark(found.get(), cookie);
        if (mark == Mark.CARRIES) {
          carrying.add(found.get());
        } else if (mark == Mark.UNKNOWN && isAtWork(found.get())) {
          unknown.add(found.get());
        }
      }
    }
    return new Carriers(List.copyOf(carrying), List.copyOf(unknown));
  }

  private List<Long> pids() throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path entry : entries) {
        try {
          pids.add(Long.parseLong(String.valueOf(entry.getFileName())));
        } catch (NumberFormatException e) {
          // no process
        }
      }
    }
    if (pids.isEmpty()) {
      throw new NotDirectoryException(proc + " shows no process");
    }
    return pids;
  }

  /** The environment of a process that has ended since cannot be read either. */
  private boolean isAtWork(Entry process) throws IOException {
    return find(process.pid()).filter(now -> isSame(now, process) && !now.isDead()).isPresent();
  }

  private Mark mark(Entry process, ExecutionCookie cookie) {
    Mark mark = Mark.DOES_NOT_CARRY;
    for (Path environment : environments(process)) {
      Mark one = mark(environment, cookie);
      if (one == Mark.CARRIES) {
        return one;
      }
      mark = one == Mark.UNKNOWN ? one : mark;
    }
    return mark;
  }

  /** The environment is the process's; one whose first thread has ended shows it by the others. */
  private List<Path> environments(Entry process) {
    Path directory = proc.resolve(Long.toString(process.pid()));
    if (process.state() != 'Z') {
      return List.of(directory.resolve("environ"));
    }
    List<Path> environments = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory.resolve("task"))) {
      for (Path thread : threads) {
        if (!thread.endsWith(Long.toString(process.pid()))) {
          environments.add(thread.resolve("environ"));
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
    return environments;
  }

  private static Mark mark(Path environment, ExecutionCookie cookie) {
    String text = "";
    try {
      for (int i = 0; text.isEmpty() && i < EMPTY_READINGS; i++) {
        if (i > 0) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
        text = new String(Files.readAllBytes(environment), ISO_8859_1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Mark.UNKNOWN;
    } catch (IOException e) {
      return Files.exists(environment) ? Mark.UNKNOWN : Mark.DOES_NOT_CARRY;
    }
    String prefix = ExecutionCookie.VARIABLE + "=";
    for (String variable : text.split("\0", -1)) {
      if (variable.startsWith(prefix)
          && ExecutionCookie.in(variable.substring(prefix.length())).contains(cookie)) {
        return Mark.CARRIES;
      }
    }
    return Mark.DOES_NOT_CARRY;
  }

  /**
   * Sends {@code TERM} or {@code KILL} to exactly this process: not to a later one that has its id
   * by now.
   *
   * @return whether it was sent; false when the process has ended, or belongs to another user
   */
  public boolean signal(Entry process, boolean kill) {
    try {
      boolean same = find(process.pid()).filter(now -> isSame(now, process)).isPresent();
      return same
          && ProcessHandle.of(process.pid())
              .map(handle -> kill ? handle.destroyForcibly() : handle.destroy())
              .orElse(false);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * As {@link #signal(Entry, boolean)}, with any signal. Another than {@code TERM} and {@code KILL}
   * is sent by a program: if the process ends in the milliseconds that this takes, the signal goes
   * to no process, or to one that was started since and has the same id already.
   *
   * @param name without {@code SIG}
   */
  public boolean signal(Entry process, String name) {
    if (name.equals("TERM") || name.equals("KILL")) {
      return signal(process, name.equals("KILL"));
    }
    try {
      return find(process.pid()).filter(now -> isSame(now, process)).isPresent()
          && kill(process.pid(), name);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Sends a signal by the shell's own {@code kill}: a small container has no program of that name.
   *
   * @param name without {@code SIG}
   * @return whether it was sent
   */
  public static boolean kill(long pid, String name) {
    try {
      return new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true; // It was started.
    }
  }

  /** Whether a process has a handler of its own for a signal; false if that cannot be read. */
  public boolean catches(long pid, int signal) {
    return hasSignal(pid, "SigCgt:", signal);
  }

  /** Whether a process ignores a signal, as under nohup; false if that cannot be read. */
  public boolean ignores(long pid, int signal) {
    return hasSignal(pid, "SigIgn:", signal);
  }

  /**
   * Reads one of the sets of signals of a process.
   *
   * @see <a
   *     href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
   */
  private boolean hasSignal(long pid, String set, int signal) {
    try {
      for (String line :
          Files.readAllLines(proc.resolve(Long.toString(pid)).resolve("status"), ISO_8859_1)) {
        if (line.startsWith(set)) {
          long mask = Long.parseUnsignedLong(line.substring(set.length()).strip(), 16);
          return (mask >> (signal - 1) & 1) == 1;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // It has ended, or there is no Linux.
    }
    return false;
  }

  private static boolean isSame(Entry a, Entry b) {
    return a.pid() == b.pid() && a.startTick() == b.startTick();
  }
}
