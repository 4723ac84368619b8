package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.internal.s3.client.S3ClientFactory;
import io.github.checkpointmanager.internal.s3.client.S3Settings;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Builds S3 clients with the settings of a location, for other objects than checkpoints. Stateless.
 */
public final class S3Clients {
  private S3Clients() {}

  /**
   * Builds a client with the endpoint, region, profile and path style that a location names; the
   * environment decides what the location leaves open. Makes no request. The caller closes the
   * client.
   *
   * @param location {@code s3://…}; its bucket and prefix do not matter
   * @throws StoreException {@code INVALID} when the SDK refuses its configuration
   */
  public static S3Client of(StoreLocation location) {
    return S3ClientFactory.create(S3Settings.of(location));
  }
}
