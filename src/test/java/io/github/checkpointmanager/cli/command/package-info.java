@NullMarked
package io.github.checkpointmanager.cli.command;

import org.jspecify.annotations.NullMarked;
