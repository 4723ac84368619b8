package io.github.checkpointmanager.store.s3;

import java.io.IOException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads a GET's body up to a limit, and notices when it is shorter than announced: {@link
 * java.net.HttpURLConnection} reports a connection that was closed early as a normal end. The SDK
 * then tries again.
 */
final class BodyReader implements ResponseTransformer<GetObjectResponse, BodyReader.Body> {
  /** A reply and as much of its body as was wanted. */
  @SuppressWarnings("ArrayRecordComponent") // passed on at once
  record Body(GetObjectResponse reply, byte[] bytes) {}

  private final int limit;

  BodyReader(int limit) {
    this.limit = limit;
  }

  @Override
  public Body transform(GetObjectResponse reply, AbortableInputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(limit);
    Long announced = reply.contentLength();
    if (announced != null && bytes.length < Math.min(announced, limit)) {
      throw RetryableException.create(
          "The reply ended after " + bytes.length + " of " + announced + " bytes");
    }
    if (stream.read() >= 0) {
      stream.abort();
    }
    return new Body(reply, bytes);
  }
}
