package io.github.checkpointmanager.store.s3;

import org.junit.jupiter.api.Tag;

@Tag("extended")
class VersitygwContractTest extends OtherServerContract {
  VersitygwContractTest() {
    super(ServerProcess.versitygw(), false);
  }
}
