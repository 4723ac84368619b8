package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.LocalStack;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("s3")
class S3ClaimTest extends ClaimContract {
  @Override
  CheckpointStore open(Path directory) {
    return S3CheckpointStore.builder()
        .client(LocalStack.client())
        .bucket(LocalStack.newBucket())
        .prefix("p")
        .build();
  }
}
