/** Threads that the end of the JVM does not wait for. */
@NullMarked
package io.github.checkpointmanager.internal.thread;

import org.jspecify.annotations.NullMarked;
