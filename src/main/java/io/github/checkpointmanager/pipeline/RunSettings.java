package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import org.jspecify.annotations.Nullable;

/**
 * What all stages of one run share. Immutable, its parts thread-safe.
 *
 * @param claim null when the run does not claim
 */
record RunSettings(
    CheckpointManager checkpoints,
    PlanOptions options,
    @Nullable ClaimOptions claim,
    Sources sources,
    Announcer announcer,
    RunningTasks running) {}
