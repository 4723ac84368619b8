/**
 * Undoes what a pipeline did: runs compensations in reverse order, with a journal, so that an
 * interrupted rollback resumes.
 */
@NullMarked
package io.github.checkpointmanager.pipeline.rollback;

import org.jspecify.annotations.NullMarked;
