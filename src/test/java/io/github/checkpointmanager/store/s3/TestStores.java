package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.testing.LocalStack;

/**
 * Opens stores with the tests' shared client: credentials of the default chain are not the same on
 * every machine.
 */
public final class TestStores {
  private TestStores() {}

  public static CheckpointStore open(String bucket, String prefix) {
    return S3CheckpointStore.builder()
        .client(LocalStack.client())
        .bucket(bucket)
        .prefix(prefix)
        .build();
  }

  /** By the location that the first one reports. */
  static CheckpointStore reopen(CheckpointStore first) {
    String path = StoreLocation.parse(first.location()).path();
    int slash = path.indexOf('/');
    return slash < 0 ? open(path, "") : open(path.substring(0, slash), path.substring(slash + 1));
  }
}
