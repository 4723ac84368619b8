package io.github.checkpointmanager.internal.process;

import java.util.Optional;

/**
 * What this process is to others of its machine, and whether one of those is dead; a seam so that
 * the interleaving explorer can drive it. Thread-safe.
 */
public interface LocalProcesses {
  /**
   * This process, for others to judge. Asked at each use. Empty where they could not judge, or it
   * is not known to be the process that it was.
   */
  Optional<ProcessIdentity> self();

  /**
   * Whether it is proved that a process of this machine has ended. Stops nothing: something of its
   * execution may still be at work.
   *
   * @param holder the process
   * @param cookie what the processes of its execution carry
   */
  boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie);

  /**
   * Whether it is proved that a process of this machine has ended, and that nothing of its
   * execution is at work. Processes that carry the cookie are stopped first, which may take some
   * seconds. False means that it is not proved.
   *
   * @param holder the process
   * @param cookie what the processes of its execution carry
   */
  boolean isDead(ProcessIdentity holder, ExecutionCookie cookie);

  /** Of a process that knows nothing of others, and of whom they shall know nothing. */
  static LocalProcesses unknown() {
    return new LocalProcesses() {
      @Override
      public Optional<ProcessIdentity> self() {
        return Optional.empty();
      }

      @Override
      public boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie) {
        return false;
      }

      @Override
      public boolean isDead(ProcessIdentity holder, ExecutionCookie cookie) {
        return false;
      }
    };
  }

  /** The processes of this machine, from now on. */
  static LocalProcesses ofThisMachine() {
    return new DeathProof(ProcessTable.LINUX, System.getenv());
  }
}
