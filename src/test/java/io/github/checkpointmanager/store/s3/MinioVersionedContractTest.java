package io.github.checkpointmanager.store.s3;

import org.junit.jupiter.api.Tag;

/** On buckets with versioning. */
@Tag("extended")
class MinioVersionedContractTest extends OtherServerContract {
  MinioVersionedContractTest() {
    super(ServerProcess.minio(), true);
  }
}
