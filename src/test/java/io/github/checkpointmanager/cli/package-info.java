@NullMarked
package io.github.checkpointmanager.cli;

import org.jspecify.annotations.NullMarked;
