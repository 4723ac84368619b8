package io.github.checkpointmanager.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.checkpointmanager.testing.CannedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of an S3 server as the probe sees, with one fault. Objects are kept by path; ETags are
 * the content's hash.
 */
public final class LyingServer implements AutoCloseable {
  private enum Fault {
    NONE,
    IGNORES,
    REJECTS,
    WRITES_IN_SPITE_OF,
    WEAK_ETAGS
  }

  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Stored(byte[] content, Instant time) {
    String eTag() {
      return "\"%08x\"".formatted(Arrays.hashCode(content));
    }
  }

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Stored> objects = new TreeMap<>();
  private final Fault fault;
  private final String header;
  private final int lostReply;
  private final int secondsAhead;
  private int requests;

  private LyingServer(Fault fault, String header, int lostReply, int secondsAhead)
      throws IOException {
    this.fault = fault;
    this.header = header;
    this.lostReply = lostReply;
    this.secondsAhead = secondsAhead;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public static LyingServer honest() throws IOException {
    return new LyingServer(Fault.NONE, "", 0, 0);
  }

  public static LyingServer ignoring(String header) throws IOException {
    return new LyingServer(Fault.IGNORES, header, 0, 0);
  }

  public static LyingServer rejecting(String header) throws IOException {
    return new LyingServer(Fault.REJECTS, header, 0, 0);
  }

  public static LyingServer writingInSpiteOf(String header) throws IOException {
    return new LyingServer(Fault.WRITES_IN_SPITE_OF, header, 0, 0);
  }

  /** As a proxy makes ETags that changes replies. */
  public static LyingServer withWeakETags() throws IOException {
    return new LyingServer(Fault.WEAK_ETAGS, "", 0, 0);
  }

  public static LyingServer losingReply(int number) throws IOException {
    return new LyingServer(Fault.NONE, "", number, 0);
  }

  /** The clock that makes the Date header is ahead of the one that dates the objects. */
  public static LyingServer withClockAheadSeconds(int seconds) throws IOException {
    return new LyingServer(Fault.NONE, "", 0, seconds);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public synchronized Set<String> keys() {
    return Set.copyOf(objects.keySet());
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests++;
    boolean lost = requests == lostReply;
    String path = exchange.getRequestURI().getPath();
    switch (exchange.getRequestMethod()) {
      case "PUT" -> put(exchange, path, body, lost);
      case "DELETE" -> {
        objects.remove(path);
        send(exchange, 204, new byte[0], lost);
      }
      default -> get(exchange, path, lost);
    }
  }

  private void put(HttpExchange exchange, String path, byte[] body, boolean lost)
      throws IOException {
    var headers = exchange.getRequestHeaders();
    boolean faulty = headers.containsKey(header);
    if (faulty && fault == Fault.REJECTS) {
      error(exchange, 501, "NotImplemented", lost);
      return;
    }
    Stored current = objects.get(path);
    String expected = headers.getFirst("If-Match");
    boolean forbidden =
        (headers.containsKey("If-None-Match") && current != null)
            || (expected != null && (current == null || !current.eTag().equals(expected)));
    boolean refused = forbidden && !(faulty && fault == Fault.IGNORES);
    if (!refused || (faulty && fault == Fault.WRITES_IN_SPITE_OF)) {
      objects.put(path, new Stored(body, Instant.now()));
    }
    if (refused) {
      error(exchange, 412, "PreconditionFailed", lost);
      return;
    }
    setETag(exchange, new Stored(body, Instant.now()));
    send(exchange, 200, new byte[0], lost);
  }

  private void get(HttpExchange exchange, String path, boolean lost) throws IOException {
    Stored current = objects.get(path);
    if (current == null) {
      error(exchange, 404, "NoSuchKey", lost);
      return;
    }
    setETag(exchange, current);
    exchange
        .getResponseHeaders()
        .set("Last-Modified", httpDate(current.time().minusSeconds(secondsAhead)));
    send(exchange, 200, current.content(), lost);
  }

  private void setETag(HttpExchange exchange, Stored object) {
    String weak = fault == Fault.WEAK_ETAGS ? "W/" : "";
    exchange.getResponseHeaders().set("ETag", weak + object.eTag());
  }

  private static String httpDate(Instant time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atZone(ZoneOffset.UTC));
  }

  private void error(HttpExchange exchange, int status, String code, boolean lost)
      throws IOException {
    var reply = CannedServer.Reply.error(status, code, "Refused");
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    send(exchange, status, reply.body().getBytes(StandardCharsets.UTF_8), lost);
  }

  private void send(HttpExchange exchange, int status, byte[] body, boolean lost)
      throws IOException {
    if (!lost) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
