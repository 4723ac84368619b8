/** SHA-256, which every Java platform has. */
@NullMarked
package io.github.checkpointmanager.internal.digest;

import org.jspecify.annotations.NullMarked;
