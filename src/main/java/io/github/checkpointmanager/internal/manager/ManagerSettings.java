package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.FailureMode;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Clock;

/**
 * What a manager was built with, besides its store.
 *
 * @param worker who writes
 * @param clock of the timestamps in records; no decision rests on it
 * @param timing how the manager waits and measures
 * @param maxPayloadBytes the largest payload that a save takes
 * @param readParallelism how many reads run at once, at most
 */
public record ManagerSettings(
    Worker worker,
    Clock clock,
    Timing timing,
    FailureMode failureMode,
    long maxPayloadBytes,
    int readParallelism) {}
