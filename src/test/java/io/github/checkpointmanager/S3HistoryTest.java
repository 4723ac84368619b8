package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.TestStores;
import io.github.checkpointmanager.testing.LocalStack;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** On a bucket with versioning enabled; and what is said where it is not. */
@Tag("s3")
class S3HistoryTest extends CheckpointHistoryContract {
  private final String bucket = LocalStack.newBucket();

  @Override
  CheckpointStore open(Path directory) {
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
    return TestStores.open(bucket, "etl/today");
  }

  private static CheckpointManager manager(String bucket) {
    return CheckpointManager.builder().store(TestStores.open(bucket, "etl/today")).open();
  }

  @Test
  void history_whereVersioningWasNeverEnabled_saysHowToEnableIt() {
    String plain = LocalStack.newBucket();
    CheckpointManager checkpoints = manager(plain);
    checkpoints.save("train");

    assertNotKept(checkpoints.history(), plain, "was never enabled");
  }

  @Test
  void history_whereVersioningIsSuspended_saysHowToEnableIt_alsoOfWhatWasKeptBefore() {
    CheckpointManager checkpoints = manager(bucket);
    checkpoints.replace(checkpoints.save("train").checkpoint().orElseThrow(), SaveOptions.none());
    LocalStack.versioning(bucket, BucketVersioningStatus.SUSPENDED);

    assertNotKept(checkpoints.history(), bucket, "is suspended");

    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
    assertThat(checkpoints.history().isKept()).isTrue();
    assertThat(checkpoints.history().versions("train")).hasSize(2);
  }

  private static void assertNotKept(CheckpointHistory history, String bucket, String why) {
    assertThat(history.isKept()).isFalse();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> history.versions("train"),
            () -> history.records("train"),
            () -> history.read("train", "AAAAno-such-version"),
            () -> history.restore("train", "AAAAno-such-version"),
            () -> history.restoreAt("train", Instant.now()))) {
      assertThatThrownBy(call)
          .isInstanceOf(UnsupportedStoreException.class)
          .hasMessageContaining("versioning of the bucket " + bucket + " " + why)
          .hasMessageContaining("put-bucket-versioning");
    }
  }

  @Test
  void purge_whereVersioningWasNeverEnabled_deletes() {
    CheckpointManager checkpoints = manager(LocalStack.newBucket());
    checkpoints.save("train");

    assertThat(checkpoints.history().purgeAll().stages()).containsExactly("train");
    assertThat(checkpoints.has("train")).isFalse();
  }
}
