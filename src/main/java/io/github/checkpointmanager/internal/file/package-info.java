/** Files of the directory store: reading, replacing, locking, history, deletion, diagnosis. */
@NullMarked
package io.github.checkpointmanager.internal.file;

import org.jspecify.annotations.NullMarked;
