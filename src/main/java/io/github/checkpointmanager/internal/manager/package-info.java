/** What implements the API: one class for each kind of operation over one location. Internal. */
@NullMarked
package io.github.checkpointmanager.internal.manager;

import org.jspecify.annotations.NullMarked;
