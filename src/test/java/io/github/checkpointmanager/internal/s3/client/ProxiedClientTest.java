package io.github.checkpointmanager.internal.s3.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.checkpointmanager.internal.s3.S3Bucket.ServerCapabilities;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The store's own HTTP client behind real proxies, and its trust in real TLS servers. */
class ProxiedClientTest {
  private static final String AUTHORIZED = "Basic dXNlcjp0ZXN0dGVzdA==";
  private static final byte[] CONTENT = "COMPLETED\n".getBytes(UTF_8);

  @TempDir static Path directory;
  private static HttpsServer tlsServer;
  private static final List<String> received = new ArrayList<>();

  @BeforeAll
  static void startTlsServer() throws Exception {
    Path keys = directory.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "s3",
        "-dname",
        "CN=s3",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-storepass",
        "testtest",
        "-keystore",
        keys.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "s3",
        "-storepass",
        "testtest",
        "-keystore",
        keys.toString(),
        "-file",
        authorities().toString());
    KeyStore store = KeyStore.getInstance(keys.toFile(), "testtest".toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "testtest".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    tlsServer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tlsServer.setHttpsConfigurator(new HttpsConfigurator(context));
    tlsServer.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          synchronized (received) {
            received.add(
                exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          }
          exchange.getResponseHeaders().set("ETag", "\"1\"");
          exchange.getResponseHeaders().set("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT");
          boolean get = exchange.getRequestMethod().equals("GET");
          exchange.sendResponseHeaders(200, get ? CONTENT.length : -1);
          if (get) {
            exchange.getResponseBody().write(CONTENT);
          }
          exchange.close();
        });
    tlsServer.start();
  }

  private static Path authorities() {
    return directory.resolve("authorities.pem");
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    try (WatchedProcess keytool = WatchedProcess.start(builder.inheritIO())) {
      assertThat(keytool.await()).isZero();
    }
  }

  @AfterAll
  static void stopTlsServer() {
    tlsServer.stop(0);
  }

  private static URI tlsEndpoint() {
    return URI.create("https://127.0.0.1:" + tlsServer.getAddress().getPort());
  }

  /** A client as the store builds it, in this environment. */
  private static S3Client client(URI endpoint, Map<String, String> environment) {
    SSLSocketFactory tls = new TrustedAuthorities(environment::get, name -> null).sockets();
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(
            new OwnHttpClient(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                new ProxyVariables(environment::get, name -> null),
                () -> tls))
        .overrideConfiguration(
            overrides ->
                overrides.retryStrategy(
                    AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(2)
                        .backoffStrategy(attempt -> Duration.ZERO)
                        .build()))
        .build();
  }

  private static S3CheckpointStore store(S3Client client) {
    String bucket = "canned-" + UUID.randomUUID();
    URI endpoint = client.serviceClientConfiguration().endpointOverride().orElseThrow();
    ServerCapabilities.of(endpoint, bucket).ensureConditionsHold(() -> {});
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
  }

  private static StoreException failure(Runnable call) {
    StoreException e = catchThrowableOfType(StoreException.class, call::run);
    assertThat(e).as("a failure").isNotNull();
    return e;
  }

  private static Map<String, String> trusting(String... more) {
    var environment = new java.util.HashMap<String, String>();
    environment.put("AWS_CA_BUNDLE", authorities().toString());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  @Test
  void https_throughAProxyWithUserAndPassword_arrives_andTheEndpointSeesNoPassword()
      throws Exception {
    try (var proxy = new TunnelProxy(AUTHORIZED, 200);
        S3Client client =
            client(
                tlsEndpoint(),
                trusting("HTTPS_PROXY", "http://user:testtest@127.0.0.1:" + proxy.port()))) {
      var store = store(client);
      assertThatCode(() -> store.create("a", CONTENT)).doesNotThrowAnyException();
      assertThat(store.read("a").orElseThrow().content()).isEqualTo(CONTENT);

      String connect = "CONNECT 127.0.0.1:" + tlsEndpoint().getPort() + " " + AUTHORIZED;
      assertThat(proxy.requests()).isNotEmpty().containsOnly(connect);
      synchronized (received) {
        assertThat(received).contains("PUT null", "GET null").noneMatch(r -> r.contains("Basic"));
      }
    }
  }

  @Test
  void https_throughAProxyWithoutUser_arrives() throws Exception {
    try (var proxy = new TunnelProxy("null", 200);
        S3Client client =
            client(tlsEndpoint(), trusting("https_proxy", "127.0.0.1:" + proxy.port()))) {
      store(client).create("a", CONTENT);

      assertThat(proxy.requests()).isNotEmpty();
    }
  }

  @Test
  void https_toAnExceptedHost_goesDirectly() throws Exception {
    try (var proxy = new TunnelProxy("null", 200);
        S3Client client =
            client(
                tlsEndpoint(),
                trusting("HTTPS_PROXY", "127.0.0.1:" + proxy.port(), "NO_PROXY", "127.0.0.0/8"))) {
      store(client).create("a", CONTENT);

      assertThat(proxy.requests()).isEmpty();
    }
  }

  /** With user and password our own tunnel asks, without them the JDK's. */
  @ParameterizedTest
  @CsvSource({
    "'', 407, DENIED",
    "'', 403, DENIED",
    "'', 502, UNAVAILABLE",
    "user:wrongword@, 407, DENIED",
    "user:wrongword@, 403, DENIED",
    "user:wrongword@, 502, UNAVAILABLE"
  })
  void aTunnelThatIsRefused_meansThatNothingWasSent(String user, int status, Kind kind)
      throws Exception {
    try (var proxy = new TunnelProxy("never", status);
        S3Client client =
            client(
                tlsEndpoint(),
                trusting("HTTPS_PROXY", "http://" + user + "127.0.0.1:" + proxy.port()))) {
      var store = store(client);

      for (StoreException e :
          List.of(failure(() -> store.create("a", CONTENT)), failure(() -> store.read("a")))) {
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e)
            .hasMessageContaining(String.valueOf(status))
            .hasMessageContaining("roxy")
            .hasMessageContaining(tlsEndpoint().toString())
            .hasMessageNotContaining("wrongword");
      }
    }
  }

  @Test
  void http_throughAProxyThatWantsAnotherPassword_isDenied_andNothingIsUnknown() {
    try (CannedServer proxy = CannedServer.start()) {
      proxy.reply(Reply.html(407).with("Proxy-Authenticate", "Basic realm=\"p\""));
      String address = proxy.endpoint().getAuthority();
      try (S3Client client =
          client(
              URI.create("http://s3.example.invalid:9000"),
              Map.of("HTTP_PROXY", "http://user:testtest@" + address))) {
        var store = store(client);

        assertThat(failure(() -> store.create("a", CONTENT)).kind()).isEqualTo(Kind.DENIED);
        assertThat(failure(() -> store.read("a")).kind()).isEqualTo(Kind.DENIED);
      }
      assertThat(proxy.requests())
          .isNotEmpty()
          .allSatisfy(
              request ->
                  assertThat(request.headers().get("Proxy-authorization"))
                      .containsExactly(AUTHORIZED));
    }
  }

  @Test
  void everyRequest_asksForUnencodedContent_outsideTheSignature() {
    try (CannedServer server = CannedServer.start();
        S3Client client = client(server.endpoint(), Map.of())) {
      server.reply(Reply.error(404, "NoSuchKey", "The specified key does not exist."));
      store(client).read("a");

      var headers = server.requests().get(0).headers();
      assertThat(headers.get("Accept-encoding")).containsExactly("identity");
      assertThat(headers.get("Cache-control")).containsExactly("no-transform");
      assertThat(String.valueOf(headers.get("Authorization")))
          .contains("SignedHeaders=")
          .doesNotContain("accept-encoding")
          .doesNotContain("cache-control");
    }
  }

  @Test
  void anUntrustedCertificate_namesTheEndpointAndTheVariable_andNothingWasSent() {
    try (S3Client client = client(tlsEndpoint(), Map.of())) {
      var store = store(client);

      StoreException e = failure(() -> store.create("a", CONTENT));

      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e)
          .hasMessageContaining("certificate of " + tlsEndpoint())
          .hasMessageContaining("AWS_CA_BUNDLE");
    }
  }

  @ParameterizedTest
  @CsvSource({"'HTTP/1.1 400 Bad Request\r\n\r\n'", "''"})
  void httpsToAServerThatSpeaksNone_asksWhetherItIsHttp_andNothingWasSent(String answer)
      throws IOException {
    try (var server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        S3Client client =
            client(URI.create("https://127.0.0.1:" + server.getLocalPort()), Map.of())) {
      TunnelProxy.daemon(() -> answer(server, answer));

      StoreException e = failure(() -> store(client).create("a", CONTENT));

      assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e).hasMessageContaining("Is it http?");
    }
  }

  private static void answer(ServerSocket server, String answer) {
    while (!server.isClosed()) {
      try (var connection = server.accept()) {
        connection.getInputStream().read(new byte[8192]);
        connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
      } catch (IOException e) {
        // The test has ended.
      }
    }
  }

  @Test
  void aPortThatNobodyListensOn_isNamed() throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    try (S3Client client = client(nobody, Map.of())) {
      assertThat(failure(() -> store(client).read("a")))
          .hasMessageContaining(nobody + " cannot be reached");
    }
  }

  @Test
  void aBundleThatIsNone_isRefusedByName() throws IOException {
    Path noCertificates = Files.writeString(directory.resolve("empty.pem"), "");
    for (String bundle :
        List.of(noCertificates.toString(), directory.toString(), "/no/such/secret", "\0secret")) {
      StoreException e =
          failure(
              () ->
                  new TrustedAuthorities(Map.of("AWS_CA_BUNDLE", bundle)::get, name -> null)
                      .sockets());

      assertThat(e.kind()).isEqualTo(Kind.INVALID);
      assertThat(e).hasMessageContaining("AWS_CA_BUNDLE").hasMessageNotContaining("secret");
    }
  }

  /** Opens tunnels for those who say the right word; notes what was asked. */
  private static final class TunnelProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final List<String> requests = new ArrayList<>();
    private final String wanted;
    private final int refusal;

    TunnelProxy(String wanted, int refusal) throws IOException {
      this.wanted = wanted;
      this.refusal = refusal;
      daemon(this::accept);
    }

    static void daemon(Runnable work) {
      Thread thread = new Thread(work, "tunnel-proxy");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return server.getLocalPort();
    }

    List<String> requests() {
      synchronized (requests) {
        return List.copyOf(requests);
      }
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          var connection = server.accept();
          daemon(() -> serve(connection));
        } catch (IOException e) {
          // The test has ended.
        }
      }
    }

    private void serve(java.net.Socket connection) {
      try (connection) {
        String head = readHead(connection.getInputStream());
        String[] words = head.split(" ", 3);
        String authorization =
            head.lines()
                .filter(line -> line.startsWith("Proxy-Authorization: "))
                .map(line -> line.substring("Proxy-Authorization: ".length()))
                .findFirst()
                .orElse("null");
        synchronized (requests) {
          requests.add(words[0] + " " + words[1] + " " + authorization);
        }
        var out = connection.getOutputStream();
        if (!authorization.equals(wanted)) {
          String reply =
              "HTTP/1.1 "
                  + refusal
                  + " No\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";
          out.write(reply.getBytes(ISO_8859_1));
          return;
        }
        try (var upstream =
            new java.net.Socket(InetAddress.getLoopbackAddress(), tlsEndpoint().getPort())) {
          out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
          daemon(() -> copy(upstream, connection));
          connection.getInputStream().transferTo(upstream.getOutputStream());
        }
      } catch (IOException e) {
        // A side has hung up.
      }
    }

    private static void copy(java.net.Socket from, java.net.Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // A side has hung up.
      }
    }

    private static String readHead(InputStream in) throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("ended");
        }
        head.append((char) next);
      }
      return head.toString();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
