/**
 * Declared pipelines: what will run and why, running it, running it again. Start at {@code
 * Pipeline} and {@code PipelineRunner}.
 */
@NullMarked
package io.github.checkpointmanager.pipeline;

import org.jspecify.annotations.NullMarked;
