/** What every subcommand works with: the global options, the location and the standard streams. */
@NullMarked
package io.github.checkpointmanager.cli.session;

import org.jspecify.annotations.NullMarked;
