/**
 * Undoing what a pipeline did: compensations in reverse order, journalled, so that an interrupted
 * rollback resumes.
 */
@NullMarked
package io.github.checkpointmanager.pipeline.rollback;

import org.jspecify.annotations.NullMarked;
