/** Claims of stages: taken, renewed, lost and ended by compare-and-set alone. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.claim;

import org.jspecify.annotations.NullMarked;
