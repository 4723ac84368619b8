/**
 * The subcommands of {@code checkpoint}, one class each, with the options that several of them
 * share.
 */
@NullMarked
package io.github.checkpointmanager.cli.command;

import org.jspecify.annotations.NullMarked;
