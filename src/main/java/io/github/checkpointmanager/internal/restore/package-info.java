/** Makes an earlier record the current one by one conditional write. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.restore;

import org.jspecify.annotations.NullMarked;
