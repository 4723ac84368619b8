package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A manager whose store and clocks are the test's: for the interleaving explorer. */
public final class DrivenManager {
  /** What no decision rests on may stand still. */
  private static final Clock TIMESTAMPS =
      Clock.fixed(Instant.parse("2026-11-23T14:05:12Z"), ZoneOffset.UTC);

  private DrivenManager() {}

  public static CheckpointManager open(CheckpointStore store, Timing timing, String user) {
    return open(store, timing, user, LocalProcesses.unknown());
  }

  /** As {@link #open(CheckpointStore, Timing, String)}, on a machine that may prove deaths. */
  public static CheckpointManager open(
      CheckpointStore store, Timing timing, String user, LocalProcesses processes) {
    return CheckpointManager.builder()
        .store(store)
        .timing(timing)
        .processes(processes)
        .clock(TIMESTAMPS)
        .user(user)
        .host("explored")
        .readParallelism(1)
        .open();
  }
}
