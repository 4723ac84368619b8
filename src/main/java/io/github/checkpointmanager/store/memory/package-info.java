/** The store in memory: the reference model of the port, for tests. */
@NullMarked
package io.github.checkpointmanager.store.memory;

import org.jspecify.annotations.NullMarked;
