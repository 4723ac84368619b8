/** Reads {@code pipeline.yaml}; see {@code docs/guide-pipelines.md}. */
@NullMarked
package io.github.checkpointmanager.cli.pipelinefile;

import org.jspecify.annotations.NullMarked;
