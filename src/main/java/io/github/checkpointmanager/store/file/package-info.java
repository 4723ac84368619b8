/** The store in a directory: the default, which needs no server. */
@NullMarked
package io.github.checkpointmanager.store.file;

import org.jspecify.annotations.NullMarked;
