package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStoreContract;
import io.github.checkpointmanager.testing.LocalStack;
import org.junit.jupiter.api.Tag;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** On a bucket with versioning, and without a prefix. */
@Tag("s3")
class S3VersionedStoreContractTest extends CheckpointStoreContract {
  @Override
  protected CheckpointStore open() {
    String bucket = LocalStack.newBucket();
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
    return TestStores.open(bucket, "");
  }

  @Override
  protected CheckpointStore second(CheckpointStore first) {
    return TestStores.reopen(first);
  }

  /** The server accepts the ETags of a DeleteObjects, and ignores them. */
  @Override
  protected boolean comparesDeletions() {
    return false;
  }
}
