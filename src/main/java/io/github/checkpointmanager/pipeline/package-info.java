/**
 * Pipelines of stages: declare them, plan, run, and run again. Start at {@code Pipeline} and {@code
 * PipelineRunner}.
 */
@NullMarked
package io.github.checkpointmanager.pipeline;

import org.jspecify.annotations.NullMarked;
