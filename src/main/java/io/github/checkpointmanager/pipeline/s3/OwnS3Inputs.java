package io.github.checkpointmanager.pipeline.s3;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.s3.S3Clients;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * As {@link S3Inputs}, with a client of its own that has the settings of a location. The client is
 * built for the first object, so a pipeline without objects needs neither region nor credentials.
 * Thread-safe. Requests as {@link S3Inputs}.
 */
public final class OwnS3Inputs implements InputSource, AutoCloseable {
  private final StoreLocation settings;
  private @Nullable S3Client client;
  private boolean closed;

  private OwnS3Inputs(StoreLocation settings) {
    this.settings = settings;
  }

  /**
   * Returns a source with these settings. Builds no client yet.
   *
   * @param settings {@code s3://…}; bucket and prefix are ignored
   */
  public static OwnS3Inputs of(StoreLocation settings) {
    return new OwnS3Inputs(settings);
  }

  @Override
  public boolean knows(String name) {
    return name.startsWith("s3://");
  }

  @Override
  public Optional<ContentDigest> identify(String name) throws InputException {
    return S3Inputs.of(client()).identify(name);
  }

  private synchronized S3Client client() throws InputException {
    if (closed) {
      throw new IllegalStateException("The inputs are closed");
    }
    S3Client current = client;
    if (current == null) {
      try {
        current = S3Clients.of(settings);
      } catch (StoreException e) {
        throw new InputException(String.valueOf(e.getMessage()), e);
      }
      client = current;
    }
    return current;
  }

  /** Closes the client, if there is one. */
  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
