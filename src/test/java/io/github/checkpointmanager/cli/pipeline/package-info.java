@NullMarked
package io.github.checkpointmanager.cli.pipeline;

import org.jspecify.annotations.NullMarked;
