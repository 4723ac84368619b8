package io.github.checkpointmanager.internal.s3.deletion;

import io.github.checkpointmanager.internal.s3.object.S3Bucket;
import io.github.checkpointmanager.internal.s3.object.S3ErrorTranslator;
import io.github.checkpointmanager.internal.s3.object.S3Operation;
import io.github.checkpointmanager.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;

/**
 * Whether a bucket keeps what is replaced and deleted: only with versioning enabled. While it is
 * suspended, older versions stay, and what is replaced or deleted from then on is lost.
 */
public final class Versioning {
  private final S3Bucket bucket;

  public Versioning(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /** One request. */
  public boolean isEnabled() {
    try {
      return status("") == BucketVersioningStatus.ENABLED;
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.UNSUPPORTED) {
        return false; // the server has none
      }
      throw e;
    }
  }

  /**
   * One request.
   *
   * @param key whose history is asked for, for the message
   */
  void require(String key) {
    BucketVersioningStatus status = status(key);
    if (status != BucketVersioningStatus.ENABLED) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          "The history of " + bucket.describe(key) + " cannot be told",
          "versioning of the bucket "
              + bucket.name()
              + (status == null ? " was never enabled" : " is suspended"),
          "Enable it: aws s3api put-bucket-versioning --bucket "
              + bucket.name()
              + " --versioning-configuration Status=Enabled; it keeps what is replaced or deleted"
              + " from then on");
    }
  }

  private @Nullable BucketVersioningStatus status(String key) {
    try {
      GetBucketVersioningResponse reply =
          bucket.client().getBucketVersioning(ask -> ask.bucket(bucket.name()));
      if (S3Bucket.isHtml(reply.sdkHttpResponse())) {
        throw S3ErrorTranslator.foreignReply(
            S3Operation.BUCKET_VERSIONING, bucket.describe(key), "it is HTML", reply);
      }
      return reply.status();
    } catch (SdkException e) {
      throw S3ErrorTranslator.translate(S3Operation.BUCKET_VERSIONING, bucket.describe(key), e);
    }
  }
}
