package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStoreContract;
import io.github.checkpointmanager.testing.LocalStack;
import org.junit.jupiter.api.Tag;

/** On a bucket without versioning: no history. */
@Tag("s3")
class S3StoreContractTest extends CheckpointStoreContract {
  @Override
  protected CheckpointStore open() {
    return TestStores.open(LocalStack.newBucket(), "etl/today");
  }

  @Override
  protected CheckpointStore second(CheckpointStore first) {
    return TestStores.reopen(first);
  }

  @Override
  protected boolean keepsHistory() {
    return false;
  }

  /** The server accepts the ETags of a DeleteObjects, and ignores them. */
  @Override
  protected boolean comparesDeletions() {
    return false;
  }
}
