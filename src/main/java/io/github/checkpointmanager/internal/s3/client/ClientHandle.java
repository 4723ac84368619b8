package io.github.checkpointmanager.internal.s3.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The client of a store: the caller's, which is never closed or changed, or the store's own, which
 * is built at first use and closed with the store. Thread-safe.
 */
public final class ClientHandle implements AutoCloseable {
  private final S3Settings settings;
  private final Function<S3Settings, S3Client> factory;
  private final boolean own;
  private @Nullable S3Client client;
  private String server = "S3";
  private boolean closed;

  private ClientHandle(
      S3Settings settings, Function<S3Settings, S3Client> factory, @Nullable S3Client client) {
    this.settings = settings;
    this.factory = factory;
    this.own = client == null;
    this.client = client;
  }

  public static ClientHandle own(S3Settings settings) {
    return own(settings, S3ClientFactory::create);
  }

  static ClientHandle own(S3Settings settings, Function<S3Settings, S3Client> factory) {
    return new ClientHandle(settings, factory, null);
  }

  public static ClientHandle borrowed(S3Client client) {
    var configuration = client.serviceClientConfiguration();
    return new ClientHandle(
        new S3Settings(
            configuration.endpointOverride().orElse(null),
            configuration.region() == null ? null : configuration.region().id(),
            null,
            null),
        S3ClientFactory::create,
        client);
  }

  /** Returns the settings that are part of the store's location. */
  public S3Settings settings() {
    return settings;
  }

  public synchronized S3Client get() {
    if (closed) {
      throw new IllegalStateException("The store is closed");
    }
    if (client == null) {
      client = factory.apply(settings);
    }
    if (server.equals("S3")) {
      server = describe(client);
    }
    return client;
  }

  /**
   * Makes one call of the client.
   *
   * @throws NotSentException when the call failed inside the client, before it connected; told for
   *     the store's own client, and for a caller's as far as the failure itself proves it
   * @throws SdkException for every other failure, also where the SDK or the HTTP client throws
   *     something else
   */
  public <T> T call(Function<S3Client, T> request) {
    S3Client current = get();
    Transmission.reset();
    try {
      return request.apply(current);
    } catch (RuntimeException e) {
      if ((own && !Transmission.hasBegun()) || NotSentException.quotesAHeader(e)) {
        throw NotSentException.of(e);
      }
      if (e instanceof SdkException) {
        throw e;
      }
      // Such as UncheckedIOException, for a reply that cannot be decoded.
      throw SdkClientException.create("the client failed", e);
    }
  }

  /**
   * Returns where requests go, for messages: the endpoint, and the proxy that a variable names;
   * once the client is there.
   */
  public synchronized String server() {
    return server;
  }

  private String describe(S3Client built) {
    var configuration = built.serviceClientConfiguration();
    Optional<URI> custom = configuration.endpointOverride();
    String region = configuration.region() == null ? "" : configuration.region().id();
    String shown =
        custom
            .map(uri -> uri.getScheme() + "://" + uri.getHost() + port(uri))
            .orElse("AWS S3 in " + region);
    Optional<HttpProxy> proxy =
        own
            ? ProxyVariables.ofThisProcess().of(custom.orElse(S3ClientFactory.awsEndpoint(region)))
            : Optional.empty();
    return shown + proxy.map(through -> " through " + through).orElse("");
  }

  private static String port(URI uri) {
    return uri.getPort() < 0 ? "" : ":" + uri.getPort();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (own && client != null) {
      client.close();
      client = null;
    }
  }
}
