package io.github.checkpointmanager.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/**
 * As much of HTTP/1.1 as a proxy before an S3 server needs: <a
 * href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>, without trailers and upgrades.
 */
final class HttpWire {
  private HttpWire() {}

  /** A request line or status line, and the headers. */
  record Head(String startLine, Map<String, String> headers) {
    private boolean isChunked() {
      return headers
          .getOrDefault("Transfer-Encoding", "")
          .toLowerCase(Locale.ROOT)
          .contains("chunked");
    }
  }

  /** The next request of a connection; empty at its end. Answers {@code 100 Continue} itself. */
  static Optional<ProxiedRequest> readRequest(InputStream in, OutputStream out, IntSupplier ordinal)
      throws IOException {
    Optional<Head> head = readHead(in);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = head.get().headers();
    if (headers.containsKey("Expect")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    String[] line = head.get().startLine().split(" ", 3);
    byte[] body =
        head.get().isChunked()
            ? readChunks(in)
            : readExactly(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
    return Optional.of(new ProxiedRequest(ordinal.getAsInt(), line[0], line[1], headers, body));
  }

  /** Sends a request on a connection that serves only this one. */
  static void writeRequest(OutputStream out, ProxiedRequest request) throws IOException {
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(request.headers());
    headers.remove("Expect");
    headers.remove("Transfer-Encoding");
    headers.put("Connection", "close");
    if (request.body().length > 0 || headers.containsKey("Content-Length")) {
      headers.put("Content-Length", Integer.toString(request.body().length));
    }
    write(out, request.method() + " " + request.target() + " HTTP/1.1", headers, request.body());
  }

  static ProxiedResponse readResponse(InputStream in, String method) throws IOException {
    Head head = readHead(in).orElseThrow(() -> new EOFException("no answer"));
    int status = Integer.parseInt(head.startLine().split(" ", 3)[1]);
    if (status == 100) {
      return readResponse(in, method);
    }
    return new ProxiedResponse(status, head.headers(), readBody(in, head, status, method));
  }

  private static byte[] readBody(InputStream in, Head head, int status, String method)
      throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return new byte[0];
    }
    if (head.isChunked()) {
      return readChunks(in);
    }
    String length = head.headers().get("Content-Length");
    return length == null ? in.readAllBytes() : readExactly(in, Integer.parseInt(length));
  }

  /**
   * Sends a reply.
   *
   * @param bodyBytes how much of the body to send, of all that is announced
   */
  static void writeResponse(
      OutputStream out, String method, ProxiedResponse response, int bodyBytes) throws IOException {
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(response.headers());
    headers.remove("Transfer-Encoding");
    headers.remove("Connection");
    if (!method.equals("HEAD") && response.status() != 204 && response.status() != 304) {
      headers.put("Content-Length", Integer.toString(response.body().length));
    }
    byte[] sent = Arrays.copyOf(response.body(), bodyBytes);
    write(out, "HTTP/1.1 " + response.status() + " -", headers, sent);
  }

  private static void write(
      OutputStream out, String startLine, Map<String, String> headers, byte[] body)
      throws IOException {
    var text = new StringBuilder(startLine).append("\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    out.write(bytes.toByteArray());
    out.flush();
  }

  private static Optional<Head> readHead(InputStream in) throws IOException {
    String startLine = readLine(in);
    if (startLine.isEmpty()) {
      return Optional.empty();
    }
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + "," + b);
    }
    return Optional.of(new Head(startLine, Collections.unmodifiableMap(headers)));
  }

  /** A line without its end; empty at the end of the stream too. */
  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * What is in a body of encoding {@code aws-chunked}, whose chunks have signatures as extensions;
   * see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature
   * calculations for chunked upload</a>.
   */
  static byte[] unframed(byte[] body) {
    try {
      return readChunks(new ByteArrayInputStream(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] readChunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String size = readLine(in).split(";", 2)[0].strip();
      int length = Integer.parseInt(size, 16);
      body.writeBytes(readExactly(in, length));
      readLine(in);
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }

  private static byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }
}
