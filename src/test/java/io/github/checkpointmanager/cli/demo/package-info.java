@NullMarked
package io.github.checkpointmanager.cli.demo;

import org.jspecify.annotations.NullMarked;
