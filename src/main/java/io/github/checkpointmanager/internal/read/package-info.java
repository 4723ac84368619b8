/** Reads records and lists locations: valid, damaged, unreadable or absent. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.read;

import org.jspecify.annotations.NullMarked;
