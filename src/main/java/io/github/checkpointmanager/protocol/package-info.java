/**
 * Internal: how records are written, found and repaired over the storage port. All of the truth
 * lives here; nothing here is API.
 */
@NullMarked
package io.github.checkpointmanager.protocol;

import org.jspecify.annotations.NullMarked;
