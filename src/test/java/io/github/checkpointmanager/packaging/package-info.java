/** What is in the jars that the build attaches, and that they work without what is not in them. */
@NullMarked
package io.github.checkpointmanager.packaging;

import org.jspecify.annotations.NullMarked;
