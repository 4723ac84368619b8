package io.github.checkpointmanager.store.s3;

import org.junit.jupiter.api.Tag;

@Tag("extended")
class MinioContractTest extends OtherServerContract {
  MinioContractTest() {
    super(ServerProcess.minio(), false);
  }
}
