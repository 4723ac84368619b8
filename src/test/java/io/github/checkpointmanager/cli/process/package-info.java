@NullMarked
package io.github.checkpointmanager.cli.process;

import org.jspecify.annotations.NullMarked;
