/**
 * Processes that the command starts: finding programs, starting and stopping them, and handing
 * signals on.
 */
@NullMarked
package io.github.checkpointmanager.cli.process;

import org.jspecify.annotations.NullMarked;
