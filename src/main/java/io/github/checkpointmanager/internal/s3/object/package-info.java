/**
 * Requests for single objects and listings of S3, what replies and errors mean, and the probe of
 * conditions.
 */
@NullMarked
package io.github.checkpointmanager.internal.s3.object;

import org.jspecify.annotations.NullMarked;
