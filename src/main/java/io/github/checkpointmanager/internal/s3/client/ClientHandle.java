package io.github.checkpointmanager.internal.s3.client;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The client of a store: the caller's, never closed or changed, or an own one, built at first use.
 * Thread-safe.
 */
public final class ClientHandle implements AutoCloseable {
  private final S3Settings settings;
  private final boolean own;
  private @Nullable S3Client client;
  private boolean closed;

  private ClientHandle(S3Settings settings, @Nullable S3Client client) {
    this.settings = settings;
    this.own = client == null;
    this.client = client;
  }

  public static ClientHandle own(S3Settings settings) {
    return new ClientHandle(settings, null);
  }

  public static ClientHandle borrowed(S3Client client) {
    var configuration = client.serviceClientConfiguration();
    return new ClientHandle(
        S3Settings.DEFAULTS
            .withEndpoint(configuration.endpointOverride().orElse(null))
            .withRegion(configuration.region() == null ? null : configuration.region().id()),
        client);
  }

  /** What the location says of the client. */
  public S3Settings settings() {
    return settings;
  }

  public synchronized S3Client get() {
    if (closed) {
      throw new IllegalStateException("The store is closed");
    }
    S3Client current = client;
    if (current == null) {
      current = S3ClientFactory.create(settings);
      client = current;
    }
    return current;
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
