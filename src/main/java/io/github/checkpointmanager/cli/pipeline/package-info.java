/**
 * Pipelines that a YAML file declares: reading the file, running its stages, and showing plans and
 * reports.
 */
@NullMarked
package io.github.checkpointmanager.cli.pipeline;

import org.jspecify.annotations.NullMarked;
