@NullMarked
package io.github.checkpointmanager.cli.session;

import org.jspecify.annotations.NullMarked;
