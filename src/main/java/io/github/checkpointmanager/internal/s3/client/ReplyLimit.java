package io.github.checkpointmanager.internal.s3.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Bounds the replies that the SDK keeps in memory whole: of errors, listings and deletions. A body
 * that never ends would take all memory of the process. The content of an object has no limit.
 * Stateless.
 */
public final class ReplyLimit {
  /** Errors of S3 have a few hundred bytes. */
  static final int ERROR_BYTES = 1024 * 1024;

  /** 1,000 keys of 1,024 bytes, each byte escaped, and what S3 says about each, take less. */
  static final int PAGE_BYTES = 16 * 1024 * 1024;

  private ReplyLimit() {}

  /**
   * Returns the reply with a body that ends at its limit: an error's as if it ended there, which
   * leaves it without an error code; another's with a {@link TooLongException}.
   */
  static HttpExecuteResponse bounded(SdkHttpRequest request, HttpExecuteResponse response) {
    boolean error = !response.httpResponse().isSuccessful();
    if (response.responseBody().isEmpty() || (!error && isObject(request))) {
      return response;
    }
    AbortableInputStream body = response.responseBody().get();
    InputStream limited = new Limited(body, error ? ERROR_BYTES : PAGE_BYTES, error);
    return HttpExecuteResponse.builder()
        .response(response.httpResponse())
        .responseBody(AbortableInputStream.create(limited, body))
        .build();
  }

  private static boolean isObject(SdkHttpRequest request) {
    return request.method() == SdkHttpMethod.GET
        && request.rawQueryParameters().keySet().stream()
            .noneMatch(
                name ->
                    name.equals("list-type")
                        || name.equals("versions")
                        || name.equals("versioning"));
  }

  /** A successful reply has more bytes than any answer of S3. */
  public static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int most) {
      super("it has more than " + most + " bytes");
    }
  }

  private static final class Limited extends FilterInputStream {
    private final int most;
    private final boolean cut;
    private int left;

    Limited(InputStream in, int most, boolean cut) {
      super(in);
      this.most = most;
      this.cut = cut;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        if (cut || in.read() < 0) {
          return -1;
        }
        throw new TooLongException(most);
      }
      int n = in.read(target, offset, Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = 0;
      while (skipped < n && read() >= 0) {
        skipped++;
      }
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
