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
 * Reads whether a bucket keeps replaced and deleted states: only while versioning is enabled. While
 * it is suspended, older versions stay, and states that are replaced or deleted then are lost.
 */
public final class Versioning {
  private final S3Bucket bucket;

  public Versioning(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /** Returns whether versioning is enabled. One request. */
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
   * Refuses a bucket without enabled versioning. One request.
   *
   * @param key the key whose history is requested, for the message
   */
  void require(String key) {
    BucketVersioningStatus status = status(key);
    if (status != BucketVersioningStatus.ENABLED) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          "The history of " + bucket.describe(key) + " cannot be read",
          "versioning of the bucket "
              + bucket.name()
              + (status == null ? " was never enabled" : " is suspended"),
          "Enable it: aws s3api put-bucket-versioning --bucket "
              + bucket.name()
              + " --versioning-configuration Status=Enabled; states that are replaced or deleted"
              + " afterwards are kept");
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
