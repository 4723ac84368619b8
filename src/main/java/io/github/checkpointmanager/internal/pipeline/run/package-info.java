/**
 * Runs the stages of a pipeline: start at {@code Run}, then {@code StageJob}, one stage of one run.
 * Internal.
 */
@NullMarked
package io.github.checkpointmanager.internal.pipeline.run;

import org.jspecify.annotations.NullMarked;
