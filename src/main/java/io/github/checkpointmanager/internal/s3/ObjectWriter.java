package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Writes objects, by conditional PUTs only. A claim carries an object tag; where the tag is refused
 * (Cloudflare R2 and Backblaze B2 answer 501, a policy may deny s3:PutObjectTagging), claims are
 * written without it from then on: one request more, once for each process and bucket.
 */
public final class ObjectWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);

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
    return put(new Put(S3Operation.CREATE, key, content, null));
  }

  public WriteResult replace(String key, byte[] content, Version expected) {
    if (ForeignReply.isWeak(expected.value())) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          S3Operation.REPLACE.verb() + " " + bucket.describe(key) + " failed",
          "the ETag that was read is weak (W/\"…\"), and If-Match accepts strong ones only; a proxy"
              + " that changes replies makes them weak. Nothing was sent",
          "Connect without the proxy, or let it pass replies on unchanged");
    }
    return put(new Put(S3Operation.REPLACE, key, content, expected)).result();
  }

  /** One write; its condition is the version that must be current, or null for none. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Put(
      S3Operation operation, String key, byte[] content, @Nullable Version expected) {}

  private PutObjectRequest request(Put put, boolean tagged) {
    var request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.objectKey(put.key()))
            .contentType(CONTENT_TYPE);
    if (put.expected() == null) {
      request.ifNoneMatch("*");
    } else {
      request.ifMatch(put.expected().value());
    }
    if (tagged) {
      request.tagging(CLAIM_TAG);
    }
    if (bucket.customEndpoint().isPresent()) {
      request.contentMD5(md5(put.content()));
    }
    return request.build();
  }

  private Written put(Put put) {
    boolean tagged = Keys.isClaim(put.key()) && bucket.capabilities().takesTags();
    try {
      return send(put, tagged);
    } catch (StoreException e) {
      if (tagged && mayBeForTheTag(e)) {
        return withoutTag(put, e);
      }
      throw e;
    }
  }

  /** Returns whether a refusal, after which nothing was written, may be due to the tag. */
  private static boolean mayBeForTheTag(StoreException e) {
    if (e.kind() == StoreException.Kind.OUTCOME_UNKNOWN
        || !(e.getCause() instanceof SdkException refusal)) {
      return false;
    }
    String code = S3ErrorTranslator.code(refusal);
    return switch (S3ErrorGroup.of(code)) {
      case NOT_PERMITTED, UNSUPPORTED, BAD_REQUEST -> true;
      default -> code.equals("InvalidTag");
    };
  }

  /** The same write without the tag. Only if the server decides it, the tag was the reason. */
  private Written withoutTag(Put put, StoreException refusal) {
    Written written;
    try {
      written = send(put, false);
    } catch (StoreException e) {
      boolean refusedToo =
          e.kind() != StoreException.Kind.OUTCOME_UNKNOWN
              && e.kind() != StoreException.Kind.UNAVAILABLE;
      throw refusedToo ? refusal : e;
    }
    if (bucket.capabilities().refuseTags()) {
      LOG.warn(
          "Claims in s3://{} are written without the tag {}: {}. A lifecycle rule cannot tell their"
              + " old versions by it; grant s3:PutObjectTagging, where the server has tags.",
          bucket.name(),
          CLAIM_TAG,
          refusal.why());
    }
    return written;
  }

  private Written send(Put put, boolean tagged) {
    S3Operation operation = put.operation();
    PutObjectRequest request = request(put, tagged);
    try {
      PutObjectResponse reply =
          bucket.send(operation, s3 -> s3.putObject(request, RequestBody.fromBytes(put.content())));
      String complaint = ForeignReply.complaint(reply.sdkHttpResponse());
      if (reply.eTag() == null || complaint != null) {
        throw S3ErrorTranslator.foreignReply(
            operation,
            bucket.describe(put.key()),
            complaint == null ? "it has no ETag" : complaint,
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
      throw bucket.failure(operation, bucket.describe(put.key()), e);
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
