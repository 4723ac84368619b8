package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.store.s3.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.s3.S3Client;

/** On a bucket of MinIO with versioning enabled. */
@Tag("extended")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MinioHistoryTest extends CheckpointHistoryContract {
  private final ServerProcess server = ServerProcess.minio();
  private final S3Client client = server.client();

  @AfterAll
  void stopServer() {
    client.close();
    server.close();
  }

  @Override
  CheckpointStore open(Path directory) {
    return S3CheckpointStore.builder()
        .client(client)
        .bucket(ServerProcess.newVersionedBucket(client))
        .prefix("etl/today")
        .build();
  }
}
