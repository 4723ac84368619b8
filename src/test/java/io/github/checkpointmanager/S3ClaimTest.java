package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.TestStores;
import io.github.checkpointmanager.testing.LocalStack;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("s3")
class S3ClaimTest extends ClaimContract {
  @Override
  CheckpointStore open(Path directory) {
    return TestStores.open(LocalStack.newBucket(), "p");
  }
}
