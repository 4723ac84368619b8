/** Deletion of S3 objects in batches, purges of their versions, and versions of a bucket. */
@NullMarked
package io.github.checkpointmanager.internal.s3.deletion;

import org.jspecify.annotations.NullMarked;
