/**
 * The interleaving explorer: drives the production classes through every interleaving of a few
 * workers, within bounds, and judges every state that is reached. How it works: {@code
 * docs/testing-explorer.md}.
 */
@NullMarked
package io.github.checkpointmanager.explorer;

import org.jspecify.annotations.NullMarked;
