/** The store in a directory: the embedded default, nothing to install. */
@NullMarked
package io.github.checkpointmanager.store.file;

import org.jspecify.annotations.NullMarked;
