package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.ProcessTable;
import io.github.checkpointmanager.internal.process.ProcessTable.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that a command has started, directly or not, and that still run; the command itself
 * is not among them. On Linux those that carry the cookie of the execution, whatever became of
 * their parents. Elsewhere the descendants that were seen while the command lived. Thread-safe.
 */
final class Family {
  private final Process command;
  private final ExecutionCookie cookie;
  private final Optional<ProcessTable> table;
  private final Map<Long, ProcessHandle> seen = new ConcurrentHashMap<>();

  private Family(Process command, ExecutionCookie cookie, Optional<ProcessTable> table) {
    this.command = command;
    this.cookie = cookie;
    this.table = table;
  }

  static Family of(Process command, ExecutionCookie cookie) {
    boolean linux = Files.exists(ProcessTable.LINUX.proc().resolve("self/environ"));
    return new Family(command, cookie, linux ? Optional.of(ProcessTable.LINUX) : Optional.empty());
  }

  /** As on a machine without {@code /proc}. */
  static Family byParents(Process command, ExecutionCookie cookie) {
    return new Family(command, cookie, Optional.empty());
  }

  /** Whether signals that a process catches or ignores can be told. */
  Optional<ProcessTable> table() {
    return table;
  }

  /**
   * Those that run now.
   *
   * @throws IOException they cannot be told at the moment
   */
  List<Entry> living() throws IOException {
    if (table.isPresent()) {
      return table.get().carriers(cookie).carrying().stream().filter(this::isNoCommand).toList();
    }
    return descendants();
  }

  /** The id of a command that has ended may be another's. */
  private boolean isNoCommand(Entry process) {
    return process.pid() != command.pid() || !command.isAlive();
  }

  private List<Entry> descendants() {
    command.descendants().forEach(process -> seen.put(process.pid(), process));
    List<Entry> living = new ArrayList<>();
    for (ProcessHandle process : seen.values()) {
      if (process.isAlive()) {
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        long parent = process.parent().map(ProcessHandle::pid).orElse(1L);
        living.add(new Entry(process.pid(), 'S', 1, start, false, parent, 0));
      }
    }
    return living;
  }

  /** Sends a signal to one of those that were found; to no other process that has its id now. */
  void signal(Entry process, String name) {
    if (table.isPresent()) {
      table.get().signal(process, name);
      return;
    }
    ProcessHandle handle = seen.get(process.pid());
    if (handle != null && handle.isAlive()) {
      switch (name) {
        case "TERM" -> handle.destroy();
        case "KILL" -> handle.destroyForcibly();
        default -> ProcessTable.kill(process.pid(), name);
      }
    }
  }
}
