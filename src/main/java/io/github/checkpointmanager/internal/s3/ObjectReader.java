package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads objects. Accepts a reply only if S3 must have sent it, and it is whole. */
public final class ObjectReader {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes 0-([0-9]{1,18})/([0-9]{1,18})");

  private final S3Bucket bucket;

  public ObjectReader(S3Bucket bucket) {
    this.bucket = bucket;
  }

  public Optional<StoredObject> read(String key) {
    try {
      return Optional.of(get(S3Operation.READ, key, null));
    } catch (SdkException e) {
      return absentOrThrow(key, e);
    }
  }

  /** One request; two for an object of zero bytes, since S3 answers its ranged GET with 416. */
  public Optional<StoredObject> readHead(String key) {
    try {
      return Optional.of(getHead(key));
    } catch (SdkException e) {
      if (S3ErrorTranslator.code(e).equals("InvalidRange")) {
        return read(key).map(ObjectReader::headOf);
      }
      return absentOrThrow(key, e);
    }
  }

  public StoredObject readVersion(String key, String versionId) {
    try {
      return get(S3Operation.READ_VERSION, key, versionId);
    } catch (SdkException e) {
      throw bucket.failure(S3Operation.READ_VERSION, bucket.describe(key), e);
    }
  }

  private Optional<StoredObject> absentOrThrow(String key, SdkException e) {
    if (S3ErrorTranslator.isNoSuchKey(e)) {
      return Optional.empty();
    }
    throw bucket.failure(S3Operation.READ, bucket.describe(key), e);
  }

  private StoredObject get(S3Operation operation, String key, @Nullable String versionId) {
    var body = fetch(operation, key, Integer.MAX_VALUE - 8, get -> get.versionId(versionId));
    return stored(body, body.bytes().length);
  }

  private StoredObject getHead(String key) {
    String range = "bytes=0-" + (CheckpointStore.HEAD_BYTES - 1);
    var body = fetch(S3Operation.READ, key, CheckpointStore.HEAD_BYTES, get -> get.range(range));
    return stored(body, totalSize(key, body));
  }

  private BodyReader.Body fetch(
      S3Operation operation, String key, int limit, Consumer<GetObjectRequest.Builder> part) {
    var request = GetObjectRequest.builder().bucket(bucket.name()).key(bucket.objectKey(key));
    part.accept(request);
    var body = bucket.send(operation, s3 -> s3.getObject(request.build(), new BodyReader(limit)));
    requireValid(operation, key, body.reply());
    return body;
  }

  private long totalSize(String key, BodyReader.Body body) {
    GetObjectResponse reply = body.reply();
    if (reply.contentRange() == null) {
      // The server ignored the range, as it may, and sent the whole object.
      return reply.contentLength() == null ? body.bytes().length : reply.contentLength();
    }
    Matcher range = CONTENT_RANGE.matcher(reply.contentRange());
    if (!range.matches()
        || Long.parseLong(range.group(1)) + 1 != body.bytes().length
        || Long.parseLong(range.group(2)) < body.bytes().length) {
      String shown = ForeignText.oneLine(reply.contentRange());
      String why =
          "its Content-Range is '" + shown + "' and its body has " + body.bytes().length + " bytes";
      throw S3ErrorTranslator.foreignReply(S3Operation.READ, bucket.describe(key), why, reply);
    }
    return Long.parseLong(range.group(2));
  }

  private void requireValid(S3Operation operation, String key, GetObjectResponse reply) {
    String lacking = ForeignReply.complaint(reply.sdkHttpResponse());
    if (lacking == null) {
      lacking =
          reply.eTag() == null
              ? "it has no ETag"
              : reply.lastModified() == null
                  ? "it has no Last-Modified"
                  : hasEnd(reply) ? null : "it has no Content-Length";
    }
    if (lacking != null) {
      throw S3ErrorTranslator.foreignReply(operation, bucket.describe(key), lacking, reply);
    }
  }

  /** Returns whether a body that was cut off could be recognised. */
  private static boolean hasEnd(GetObjectResponse reply) {
    return reply.contentLength() != null
        || reply.sdkHttpResponse().firstMatchingHeader("Transfer-Encoding").isPresent();
  }

  private StoredObject stored(BodyReader.Body body, long totalSize) {
    GetObjectResponse reply = body.reply();
    return new StoredObject(
        body.bytes(),
        totalSize,
        new Version(reply.eTag()),
        reply.lastModified(),
        bucket.timeOf(reply.sdkHttpResponse()));
  }

  private static StoredObject headOf(StoredObject whole) {
    if (whole.content().length <= CheckpointStore.HEAD_BYTES) {
      return whole;
    }
    return new StoredObject(
        Arrays.copyOf(whole.content(), CheckpointStore.HEAD_BYTES),
        whole.totalSize(),
        whole.version(),
        whole.lastModified(),
        whole.storeTime());
  }

  /**
   * Reads a GET's body up to a limit, and fails if the body is shorter than announced: {@link
   * java.net.HttpURLConnection} reports a connection that was closed early as a normal end. The SDK
   * retries after that failure.
   */
  static final class BodyReader implements ResponseTransformer<GetObjectResponse, BodyReader.Body> {
    /** A reply and its body up to the limit. */
    @SuppressWarnings("ArrayRecordComponent") // passed on at once
    record Body(GetObjectResponse reply, byte[] bytes) {}

    private static final int BUFFER = 16 * 1024;

    private final int limit;

    BodyReader(int limit) {
      this.limit = limit;
    }

    @Override
    public Body transform(GetObjectResponse reply, AbortableInputStream stream) throws IOException {
      Long announced = reply.contentLength();
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      try {
        byte[] buffer = new byte[BUFFER];
        while (kept.size() < limit) {
          int n = stream.read(buffer, 0, Math.min(buffer.length, limit - kept.size()));
          if (n < 0) {
            break;
          }
          kept.write(buffer, 0, n);
        }
      } catch (IOException e) { // newer Java versions: "Premature EOF"
        throw RetryableException.create(ended(kept.size(), announced) + ": " + e.getMessage());
      }
      byte[] bytes = kept.toByteArray();
      if (announced != null && bytes.length < Math.min(announced, limit)) {
        throw RetryableException.create(ended(bytes.length, announced));
      }
      if (stream.read() >= 0) {
        stream.abort();
      }
      return new Body(reply, bytes);
    }

    private static String ended(int length, @Nullable Long announced) {
      String of = announced == null ? "" : " of " + announced;
      return "The reply ended after " + length + of + " bytes";
    }
  }
}
