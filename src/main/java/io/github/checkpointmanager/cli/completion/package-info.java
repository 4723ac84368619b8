/** Completion scripts for shells, made from the declared options. */
@NullMarked
package io.github.checkpointmanager.cli.completion;

import org.jspecify.annotations.NullMarked;
