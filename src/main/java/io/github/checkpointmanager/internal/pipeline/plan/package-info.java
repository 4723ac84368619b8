/**
 * Decides which stages run, from a declaration and the records that were read: start at {@code
 * ResumePlanner}. Internal.
 */
@NullMarked
package io.github.checkpointmanager.internal.pipeline.plan;

import org.jspecify.annotations.NullMarked;
