/**
 * What {@code run} does: skips a completed stage, claims it, runs its command and records the
 * outcome.
 */
@NullMarked
package io.github.checkpointmanager.cli.run;

import org.jspecify.annotations.NullMarked;
