/** Checkpoints for pipeline stages: start at {@code CheckpointManager}. */
@NullMarked
package io.github.checkpointmanager;

import org.jspecify.annotations.NullMarked;
