package io.github.checkpointmanager.internal.s3.client;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * The HTTP client of a store's own S3 client: the SDK's, over {@code HttpURLConnection}, with
 * connections that obey the proxy variables ({@link ProxyVariables}) and AWS_CA_BUNDLE. Every
 * request asks for content as it is stored. These headers are added after signing: proxies change
 * them, and a signature over them would fail. No reply makes the SDK wait for long ({@link
 * RetryAfter}), or takes all memory ({@link ReplyLimit}). Thread-safe.
 */
final class OwnHttpClient implements SdkHttpClient {
  private static final Map<String, String> UNSIGNED =
      Map.of("Accept-Encoding", "identity", "Cache-Control", "no-transform");

  private final Duration connectTimeout;
  private final Duration socketTimeout;
  private final ProxyVariables proxies;
  private final Supplier<SSLSocketFactory> tls;
  private final Map<HttpProxy, SSLSocketFactory> tunnels = new ConcurrentHashMap<>();
  private final SdkHttpClient connections = UrlConnectionHttpClient.create(this::open);

  /**
   * Makes a client.
   *
   * @param tls always the same factory, because the JDK keeps connections by it
   */
  OwnHttpClient(
      Duration connectTimeout,
      Duration socketTimeout,
      ProxyVariables proxies,
      Supplier<SSLSocketFactory> tls) {
    this.connectTimeout = connectTimeout;
    this.socketTimeout = socketTimeout;
    this.proxies = proxies;
    this.tls = tls;
  }

  /** Opens a connection, which sends nothing yet. */
  HttpURLConnection open(URI uri) {
    try {
      HttpURLConnection connection = connection(uri.toURL(), proxies.of(uri));
      connection.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
      connection.setReadTimeout(Math.toIntExact(socketTimeout.toMillis()));
      UNSIGNED.forEach(connection::setRequestProperty);
      return connection;
    } catch (MalformedURLException e) {
      throw SdkClientException.create("no URL: " + uri.getScheme(), e);
    } catch (IOException e) {
      throw SdkClientException.create("no connection", e);
    }
  }

  private HttpURLConnection connection(URL url, Optional<HttpProxy> proxy) throws IOException {
    boolean secure = url.getProtocol().equals("https");
    Optional<String> authorization = proxy.flatMap(HttpProxy::authorizationHeader);
    if (secure && authorization.isPresent()) {
      var connection = (HttpsURLConnection) url.openConnection(Proxy.NO_PROXY);
      connection.setSSLSocketFactory(
          tunnels.computeIfAbsent(proxy.get(), asked -> new TunnelSocketFactory(asked, tls.get())));
      return connection;
    }
    var connection =
        (HttpURLConnection)
            (proxy.isPresent() ? url.openConnection(proxy.get().toProxy()) : url.openConnection());
    authorization.ifPresent(value -> connection.setRequestProperty("Proxy-Authorization", value));
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(tls.get());
    }
    return connection;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = connections.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        Transmission.begun();
        return ReplyLimit.bounded(request.httpRequest(), RetryAfter.bounded(prepared.call()));
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public String clientName() {
    return connections.clientName();
  }

  @Override
  public void close() {
    connections.close();
  }
}
