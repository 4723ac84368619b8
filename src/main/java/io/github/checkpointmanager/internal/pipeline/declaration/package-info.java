/**
 * What a declaration is checked and identified by: the order of stages, names, the components of
 * fingerprints, digests of files. Knows no type of the pipelines themselves. Internal.
 */
@NullMarked
package io.github.checkpointmanager.internal.pipeline.declaration;

import org.jspecify.annotations.NullMarked;
