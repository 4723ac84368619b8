/** Builds the S3 clients of stores: settings, credentials, time-outs, names of buckets. */
@NullMarked
package io.github.checkpointmanager.internal.s3.client;

import org.jspecify.annotations.NullMarked;
