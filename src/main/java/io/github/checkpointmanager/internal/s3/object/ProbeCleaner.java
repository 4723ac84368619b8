package io.github.checkpointmanager.internal.s3.object;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;

/**
 * Removes a key of the probe: on a bucket with versioning the very version, so that neither an old
 * version nor a delete marker stays behind. That needs s3:DeleteObjectVersion; without it the key
 * is deleted as any other. One request, or two.
 */
public final class ProbeCleaner {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeCleaner.class);

  private final S3Bucket bucket;

  public ProbeCleaner(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /** Never throws: what the probe found out matters more. */
  public void delete(String key, Optional<String> versionId) {
    if (versionId.isPresent() && tryDelete(key, versionId)) {
      return;
    }
    if (!tryDelete(key, Optional.empty())) {
      LOG.warn("A probe's object was left behind, delete it by hand: {}", bucket.describe(key));
    }
  }

  private boolean tryDelete(String key, Optional<String> versionId) {
    try {
      S3Client client = bucket.client();
      client.deleteObject(
          DeleteObjectRequest.builder()
              .bucket(bucket.name())
              .key(bucket.keys().objectKey(key))
              .versionId(versionId.orElse(null))
              .build());
      return true;
    } catch (SdkException e) {
      LOG.debug("Deleting the probe's object {} failed", bucket.describe(key), e);
      return false;
    }
  }
}
