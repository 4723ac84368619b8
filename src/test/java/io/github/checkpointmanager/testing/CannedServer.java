package io.github.checkpointmanager.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on loopback that gives the answers of a test, in order; the last answer is
 * repeated. For answers that no server at hand gives on demand: errors of AWS, a proxy's HTML,
 * bodies that are cut off. Thread-safe.
 */
public final class CannedServer implements AutoCloseable {
  /**
   * One answer.
   *
   * @param announced the Content-Length that is sent; larger than the body to cut it off
   */
  public record Reply(int status, Map<String, String> headers, String body, long announced) {
    /** A reply that is sent whole. */
    public static Reply of(int status, Map<String, String> headers, String body) {
      return new Reply(status, headers, body, body.getBytes(StandardCharsets.UTF_8).length);
    }

    /**
     * An error of S3 in the form of the Amazon S3 API Reference, "Error responses": XML with Code,
     * Message, Resource and RequestId.
     */
    public static Reply error(int status, String code, String message) {
      return of(
          status,
          Map.of(
              "Content-Type",
              "application/xml",
              "x-amz-request-id",
              "4442587FB7D0A2F9",
              "x-amz-id-2",
              "extended-id"),
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <Error>
            <Code>%s</Code>
            <Message>%s</Message>
            <Resource>/mybucket/myfoto.jpg</Resource>
            <RequestId>4442587FB7D0A2F9</RequestId>
          </Error>
          """
              .formatted(code, message));
    }

    /** What a proxy or a portal says. */
    public static Reply html(int status) {
      return of(
          status,
          Map.of("Content-Type", "text/html; charset=utf-8"),
          "<html><head><title>Sign in</title></head><body><p>Hotel Wi-Fi</p></body></html>");
    }

    /** The same with a header added. */
    public Reply with(String name, String value) {
      var more = new java.util.HashMap<>(headers);
      more.put(name, value);
      return new Reply(status, Map.copyOf(more), body, announced);
    }

    /** The same without a header. */
    public Reply without(String name) {
      var fewer = new java.util.HashMap<>(headers);
      fewer.remove(name);
      return new Reply(status, Map.copyOf(fewer), body, announced);
    }

    /** The same, announced as longer than it is: the connection ends in the middle. */
    public Reply cutOff() {
      return new Reply(status, headers, body, announced + 1_000);
    }
  }

  /** A request as it came. */
  public record Request(String method, URI uri, Map<String, List<String>> headers, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();

  private CannedServer(HttpServer server) {
    this.server = server;
  }

  /** Starts a server; without a reply of the test it answers 500. */
  public static CannedServer start() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var canned = new CannedServer(server);
      server.setExecutor(canned.threads);
      server.createContext("/", canned::answer);
      server.start();
      return canned;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers with these from now on; the last one is repeated. */
  public synchronized void reply(Reply... next) {
    replies.clear();
    replies.addAll(List.of(next));
  }

  /** All requests so far. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Reply reply = next(exchange, body);
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(reply.status(), reply.announced() == 0 ? -1 : reply.announced());
    if (reply.announced() > 0) {
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
    }
    exchange.close();
  }

  private synchronized Reply next(HttpExchange exchange, String body) {
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI(),
            Map.copyOf(exchange.getRequestHeaders()),
            body));
    if (replies.isEmpty()) {
      return Reply.error(500, "InternalError", "The test gave no reply");
    }
    return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
