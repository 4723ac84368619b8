package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.ProcessIdentity;
import java.util.Optional;

/**
 * The processes of one worker's machine: its runs follow one another, so each earlier one is dead.
 * Of other machines nothing is known.
 */
record ScriptedProcesses(WorkerRun run) implements LocalProcesses {
  @Override
  public Optional<ProcessIdentity> self() {
    return Optional.of(
        new ProcessIdentity(
            "machine-" + run.worker(), "boot", "pid", "time", 0, 100 + run.number(), 1));
  }

  @Override
  public boolean isDead(ProcessIdentity holder, ExecutionCookie cookie) {
    return hasEnded(holder, cookie);
  }

  @Override
  public boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie) {
    return holder.machine().equals("machine-" + run.worker()) && holder.pid() < 100 + run.number();
  }
}
