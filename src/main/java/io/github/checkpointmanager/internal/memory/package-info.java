/** The contents of stores in memory. */
@NullMarked
package io.github.checkpointmanager.internal.memory;

import org.jspecify.annotations.NullMarked;
