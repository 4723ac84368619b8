package io.github.checkpointmanager.cli.process;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A process and its descendants, as far as the operating system shows them: one that has left its
 * parents and their session, as a daemon does, is not seen. Those that were seen once stay known
 * when their parent ends. Not thread-safe.
 */
public final class ProcessTree {
  private final Set<ProcessHandle> known = new LinkedHashSet<>();

  public ProcessTree(ProcessHandle root) {
    known.add(root);
  }

  /** Asks all of them to end. */
  public void terminate() {
    look();
    known.forEach(ProcessHandle::destroy);
  }

  /** Ends all of them; they cannot refuse. */
  public void kill() {
    look();
    known.forEach(ProcessHandle::destroyForcibly);
  }

  public boolean isGone() {
    return known.stream().noneMatch(ProcessHandle::isAlive);
  }

  private void look() {
    List.copyOf(known).forEach(process -> process.descendants().forEach(known::add));
  }
}
