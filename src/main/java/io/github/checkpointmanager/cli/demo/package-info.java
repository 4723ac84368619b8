/** The pipeline of {@code checkpoint demo}: a small classifier on real data, in four stages. */
@NullMarked
package io.github.checkpointmanager.cli.demo;

import org.jspecify.annotations.NullMarked;
