/** How the library waits and measures time; the seam of tests. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.time;

import org.jspecify.annotations.NullMarked;
