@NullMarked
package io.github.checkpointmanager.cli.run;

import org.jspecify.annotations.NullMarked;
