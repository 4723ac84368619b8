package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.FailureMode;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Clock;

/** What a manager was built with, besides its store. No decision rests on the clock. */
public record ManagerSettings(
    Worker worker,
    LocalProcesses processes,
    Clock clock,
    Timing timing,
    FailureMode failureMode,
    long maxPayloadBytes,
    int readParallelism) {}
