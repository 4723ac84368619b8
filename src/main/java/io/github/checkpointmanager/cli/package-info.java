/** The command {@code checkpoint}: one class per subcommand, everything else package-private. */
@NullMarked
package io.github.checkpointmanager.cli;

import org.jspecify.annotations.NullMarked;
