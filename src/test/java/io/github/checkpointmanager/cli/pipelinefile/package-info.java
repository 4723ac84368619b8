/** Tests of {@code pipeline.yaml}. */
@NullMarked
package io.github.checkpointmanager.cli.pipelinefile;

import org.jspecify.annotations.NullMarked;
