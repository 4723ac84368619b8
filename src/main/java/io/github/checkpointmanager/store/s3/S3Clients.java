package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.internal.s3.client.S3ClientFactory;
import io.github.checkpointmanager.internal.s3.client.S3Settings;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients as stores of S3 have them, for other objects than checkpoints. Stateless. */
public final class S3Clients {
  private S3Clients() {}

  /**
   * A client with the endpoint, region, profile and path style that a location names, and what it
   * leaves open from the environment. No request. The caller closes it.
   *
   * @param location {@code s3://…}; its bucket and prefix do not matter
   * @throws StoreException {@code INVALID} when no such client can be
   */
  public static S3Client of(StoreLocation location) {
    return S3ClientFactory.create(S3Settings.of(location));
  }
}
