/**
 * Starts the command {@code checkpoint}; its subcommands and what they use are in packages below.
 */
@NullMarked
package io.github.checkpointmanager.cli;

import org.jspecify.annotations.NullMarked;
