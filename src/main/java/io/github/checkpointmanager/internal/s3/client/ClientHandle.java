package io.github.checkpointmanager.internal.s3.client;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    return client;
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
