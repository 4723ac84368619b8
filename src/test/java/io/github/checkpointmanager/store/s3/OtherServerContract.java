package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStoreContract;
import io.github.checkpointmanager.store.StoreLocation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract on a server that the test class starts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OtherServerContract extends CheckpointStoreContract {
  /**
   * Long, so that what it leaves of the 1,024 bytes of a key fits into one name of the file systems
   * under these servers, which have 255.
   */
  private static final String PREFIX = ("p".repeat(205) + "/").repeat(4);

  private final ServerProcess server;
  private final S3Client client;
  private final boolean versioned;

  OtherServerContract(ServerProcess server, boolean versioned) {
    this.server = server;
    this.client = server.client();
    this.versioned = versioned;
  }

  @AfterAll
  final void stopServer() {
    client.close();
    server.close();
  }

  @Override
  protected CheckpointStore open() {
    String bucket =
        versioned ? ServerProcess.newVersionedBucket(client) : ServerProcess.newBucket(client);
    return store(bucket);
  }

  @Override
  protected CheckpointStore second(CheckpointStore first) {
    String path = StoreLocation.parse(first.location()).path();
    return store(path.substring(0, path.indexOf('/')));
  }

  private CheckpointStore store(String bucket) {
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix(PREFIX).build();
  }

  @Override
  protected boolean keepsHistory() {
    return versioned;
  }

  /** The server accepts the ETags of a DeleteObjects, and ignores them. */
  @Override
  protected boolean comparesDeletions() {
    return false;
  }
}
