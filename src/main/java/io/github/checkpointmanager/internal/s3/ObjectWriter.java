package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Writes objects, by conditional PUTs only. */
public final class ObjectWriter {
  /** For lifecycle rules that expire old versions of claims, which heartbeats leave behind. */
  static final String CLAIM_TAG = "checkpoint-manager=claim";

  /** Records begin with lines of text, whatever payload follows. */
  private static final String CONTENT_TYPE = "text/plain; charset=utf-8";

  /** The decision on a write, and the version id on a bucket with versioning. */
  record Written(WriteResult result, @Nullable String versionId) {}

  private final S3Bucket bucket;

  public ObjectWriter(S3Bucket bucket) {
    this.bucket = bucket;
  }

  public WriteResult create(String key, byte[] content) {
    return createVersion(key, content).result();
  }

  /** As {@link #create}, with the version id, by which the object can be removed for good. */
  Written createVersion(String key, byte[] content) {
    return put(S3Operation.CREATE, key, content, request(key, content).ifNoneMatch("*"));
  }

  public WriteResult replace(String key, byte[] content, Version expected) {
    return put(S3Operation.REPLACE, key, content, request(key, content).ifMatch(expected.value()))
        .result();
  }

  private PutObjectRequest.Builder request(String key, byte[] content) {
    var request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.objectKey(key))
            .contentType(CONTENT_TYPE);
    if (Keys.isClaim(key)) {
      request.tagging(CLAIM_TAG);
    }
    if (bucket.customEndpoint().isPresent()) {
      request.contentMD5(md5(content));
    }
    return request;
  }

  private Written put(
      S3Operation operation, String key, byte[] content, PutObjectRequest.Builder request) {
    try {
      PutObjectResponse reply =
          bucket.client().putObject(request.build(), RequestBody.fromBytes(content));
      if (reply.eTag() == null || S3Bucket.isHtml(reply.sdkHttpResponse())) {
        throw S3ErrorTranslator.foreignReply(
            operation,
            bucket.describe(key),
            reply.eTag() == null ? "it has no ETag" : "it is HTML",
            reply);
      }
      WriteResult written =
          WriteResult.written(new Version(reply.eTag()), bucket.timeOf(reply.sdkHttpResponse()));
      return new Written(written, reply.versionId());
    } catch (SdkException e) {
      Optional<WriteResult> decision = S3ErrorTranslator.decision(operation, e);
      if (decision.isPresent()) {
        return new Written(decision.get(), null);
      }
      throw S3ErrorTranslator.translate(operation, bucket.describe(key), e);
    }
  }

  private static String md5(byte[] content) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
