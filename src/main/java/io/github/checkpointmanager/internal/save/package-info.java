/** Saves a record by one conditional write, and finds out what the store decided. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.save;

import org.jspecify.annotations.NullMarked;
