package io.github.checkpointmanager.internal.s3.deletion;

import io.github.checkpointmanager.internal.s3.object.S3Bucket;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of a DeleteObjects request names. Immutable.
 *
 * @param key relative to the store
 * @param versionId null for the key itself, which on a bucket with versioning gets a delete marker
 */
record ObjectState(String key, String objectKey, @Nullable String versionId) {
  static ObjectState current(S3Bucket bucket, String key) {
    return new ObjectState(key, bucket.keys().objectKey(key), null);
  }
}
