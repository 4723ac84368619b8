package io.github.checkpointmanager.internal.s3.object;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads a GET's body up to a limit, and fails if the body is shorter than announced: {@link
 * java.net.HttpURLConnection} reports a connection that was closed early as a normal end. The SDK
 * retries after that failure.
 */
final class BodyReader implements ResponseTransformer<GetObjectResponse, BodyReader.Body> {
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
    return "The reply ended after "
        + length
        + (announced == null ? "" : " of " + announced)
        + " bytes";
  }
}
