package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private final List<String> served = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::serve);
    server.start();
    proxy = FaultProxy.before(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    served.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    byte[] answer = "answer".getBytes(UTF_8);
    // Chunked, as S3 servers often answer.
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(proxy.endpoint().resolve(target));
  }

  private HttpResponse<String> put(String target, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(target).PUT(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  @Test
  void request_withoutRule_passesUnchangedAndIsRecorded() throws Exception {
    assertThat(put("/bucket/a%2Fb.checkpoint?x=1", "body").body()).isEqualTo("answer");

    assertThat(served).containsExactly("PUT /bucket/a%2Fb.checkpoint?x=1 body");
    FaultProxy.Exchange exchange = proxy.exchanges().get(0);
    assertThat(exchange.request().key()).isEqualTo("a/b.checkpoint");
    assertThat(exchange.serverStatus()).isEqualTo(OptionalInt.of(200));
    assertThat(exchange.clientStatus()).isEqualTo(OptionalInt.of(200));
  }

  @Test
  void request_withChunkedBodyAndExpectation_arrivesWhole() throws Exception {
    var body =
        BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[70_000]));

    client.send(
        request("/bucket/key").expectContinue(true).PUT(body).build(), BodyHandlers.ofString());

    assertThat(served.get(0)).hasSize("PUT /bucket/key ".length() + 70_000);
  }

  @Test
  void operations_areTold_fromMethodAndQuery() {
    assertThat(operation("GET", "/bucket?list-type=2&prefix=a")).isEqualTo(Operation.LIST);
    assertThat(operation("GET", "/bucket/?versions")).isEqualTo(Operation.LIST_VERSIONS);
    assertThat(operation("POST", "/bucket?delete")).isEqualTo(Operation.DELETE_OBJECTS);
    assertThat(operation("PUT", "/bucket/a+b")).isEqualTo(Operation.PUT);
    assertThat(operation("GET", "/bucket/key")).isEqualTo(Operation.GET);
    assertThat(new ProxiedRequest(0, "PUT", "/bucket/a+b%20c", Map.of(), new byte[0]).key())
        .isEqualTo("a+b c");
  }

  private static Operation operation(String method, String target) {
    return new ProxiedRequest(0, method, target, Map.of(), new byte[0]).operation();
  }

  @Test
  void dropReply_failsTheClientAfterTheServerDidIt() {
    proxy.when(r -> true).then(WireFault.dropReply());

    assertThatThrownBy(() -> put("/bucket/key", "x")).isInstanceOf(IOException.class);
    assertThat(served).isNotEmpty();
    assertThat(proxy.exchanges().get(0).serverStatus()).isEqualTo(OptionalInt.of(200));
    assertThat(proxy.exchanges().get(0).clientStatus()).isEmpty();
  }

  @Test
  void dropRequest_failsTheClientAndTheServerHearsNothing() {
    proxy.when(r -> true).then(WireFault.dropRequest());

    assertThatThrownBy(() -> put("/bucket/key", "x")).isInstanceOf(IOException.class);
    assertThat(served).isEmpty();
  }

  @Test
  void cutBody_announcesMoreThanItSends() {
    proxy.when(r -> true).then(WireFault.cutBody());

    assertThatThrownBy(() -> put("/bucket/key", "x")).isInstanceOf(IOException.class);
    assertThat(proxy.exchanges().get(0).clientStatus()).isEqualTo(OptionalInt.of(200));
  }

  @Test
  void answer_isTheProxysOwn_forAsManyRequestsAsAsked() throws Exception {
    proxy
        .when(r -> r.operation() == Operation.PUT)
        .skip(1)
        .times(1)
        .then(WireFault.s3Error(503, "SlowDown"));

    assertThat(put("/bucket/1", "x").statusCode()).isEqualTo(200);
    HttpResponse<String> second = put("/bucket/2", "x");
    assertThat(put("/bucket/3", "x").statusCode()).isEqualTo(200);

    assertThat(second.statusCode()).isEqualTo(503);
    assertThat(second.body()).contains("<Code>SlowDown</Code>");
    assertThat(served).hasSize(2);
  }

  @Test
  void rewrite_changesTheReply() throws Exception {
    proxy
        .when(r -> true)
        .then(WireFault.rewrite(r -> r.withHeader("ETag", "\"x\"").withoutHeader("Date")));

    HttpResponse<String> response = put("/bucket/key", "x");

    assertThat(response.headers().firstValue("ETag")).hasValue("\"x\"");
    assertThat(response.headers().firstValue("Date")).isEmpty();
  }

  @Test
  void deliverLate_reachesTheServerOnCommand() throws Exception {
    proxy.when(r -> true).times(1).then(WireFault.deliverLate());
    assertThatThrownBy(
            () ->
                client.send(
                    request("/bucket/key").POST(BodyPublishers.ofString("late")).build(),
                    BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    assertThat(served).isEmpty();

    assertThat(proxy.deliverLate()).containsExactly(200);

    assertThat(served).containsExactly("POST /bucket/key late");
    assertThat(proxy.exchanges())
        .filteredOn(exchange -> exchange.serverStatus().isPresent())
        .singleElement()
        .satisfies(
            exchange -> {
              assertThat(exchange.delivered()).isFalse();
              FaultProxy.Times times = exchange.times();
              assertThat(times.forwarded().orElseThrow()).isGreaterThanOrEqualTo(times.arrived());
              assertThat(times.answered().orElseThrow())
                  .isGreaterThanOrEqualTo(times.forwarded().orElseThrow());
            });
  }

  @Test
  void barrier_holdsAllContendersAtOnce() {
    var barrier = RequestBarrier.of(8);
    proxy.when(r -> true).then(barrier);

    List<CompletableFuture<HttpResponse<String>>> contenders =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/bucket/key").PUT(BodyPublishers.ofString("" + i)).build(),
                        BodyHandlers.ofString()))
            .toList();

    contenders.forEach(contender -> assertThat(contender.join().statusCode()).isEqualTo(200));
    assertThat(barrier.gates()).isEqualTo(1);
    assertThat(served).hasSize(8);
  }

  @Test
  void chaos_isTheSameForTheSameSeed() throws Exception {
    assertThat(statuses(7)).isEqualTo(statuses(7)).contains(503).contains(200);
  }

  private List<Integer> statuses(long seed) throws Exception {
    proxy.clearRules();
    proxy
        .when(r -> true)
        .then(RandomFaults.seeded(seed).add("slow down", 0.3, WireFault.s3Error(503, "SlowDown")));
    var statuses = new java.util.ArrayList<Integer>();
    for (int i = 0; i < 20; i++) {
      statuses.add(put("/bucket/key", "x").statusCode());
    }
    return statuses;
  }
}
