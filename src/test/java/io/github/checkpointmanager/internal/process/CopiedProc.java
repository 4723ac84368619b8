package io.github.checkpointmanager.internal.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files as in {@code /proc}, in which this process and others look as a test wants. */
final class CopiedProc {
  static final String NOTHING_HIDDEN = "22 27 0:21 / /proc rw,relatime - proc proc rw";
  static final long SELF = ProcessHandle.current().pid();
  static final long TICK_OF_SELF = 500;

  private final Path root;

  /** This process and process 1; nothing is hidden. */
  CopiedProc(Path root) throws IOException {
    this.root = root;
    Files.createSymbolicLink(root.resolve("self"), Path.of(Long.toString(SELF)));
    process(1, 'S', 1, 1);
    process(SELF, 'S', 9, TICK_OF_SELF);
    write("sys/kernel/hostname", "machine-1\n");
    write("sys/kernel/random/boot_id", "boot-1\n");
    write(SELF + "/status", "Name:\tjava\nUid:\t7\t8\t9\t10\n");
    Path namespaces = Files.createDirectories(root.resolve(SELF + "/ns"));
    Files.createSymbolicLink(namespaces.resolve("pid"), Path.of("pid:[1]"));
    Files.createSymbolicLink(namespaces.resolve("time"), Path.of("time:[1]"));
    mounts(NOTHING_HIDDEN);
  }

  ProcessTable table() {
    return new ProcessTable(root);
  }

  /** Adds a process without an environment, or changes one. */
  CopiedProc process(long pid, char state, int threads, long startTick) throws IOException {
    return process(pid, state, threads, startTick, 0);
  }

  CopiedProc process(long pid, char state, int threads, long startTick, long flags)
      throws IOException {
    String zeros = "0 ".repeat(10).strip();
    write(
        pid + "/stat",
        String.join(
            " ",
            Long.toString(pid),
            "(x)",
            String.valueOf(state),
            "1 1 1 0 -1",
            Long.toString(flags),
            zeros,
            Integer.toString(threads),
            "0",
            Long.toString(startTick),
            "0 0\n"));
    return this;
  }

  /** Gives a process an environment that cannot be read. */
  CopiedProc hiddenEnvironment(long pid) throws IOException {
    Files.createDirectories(root.resolve(pid + "/environ"));
    return this;
  }

  CopiedProc remove(long pid) throws IOException {
    Files.delete(root.resolve(pid + "/stat"));
    Files.delete(root.resolve(Long.toString(pid)));
    return this;
  }

  CopiedProc mounts(String... lines) throws IOException {
    return write(SELF + "/mountinfo", String.join("\n", lines) + "\n");
  }

  CopiedProc write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return this;
  }
}
