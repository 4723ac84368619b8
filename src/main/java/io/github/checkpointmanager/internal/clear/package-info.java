/** Plans and carries out deletions of a location's keys. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.clear;

import org.jspecify.annotations.NullMarked;
