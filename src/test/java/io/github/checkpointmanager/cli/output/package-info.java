@NullMarked
package io.github.checkpointmanager.cli.output;

import org.jspecify.annotations.NullMarked;
