package io.github.checkpointmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holders of claims in processes that are stopped, or whose wall clocks are far off or jump. */
@Tag("extended")
@Tag("s3")
@Timeout(300)
class SuspendedHolderTest {
  private static final Duration SHORT = Duration.ofSeconds(5);

  private final ChaosServer server = ChaosServer.localStack();

  @TempDir private Path directory;

  private ChildJvm start(Duration lease, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.putAll(more);
    String location = server.location("p", server.endpoint());
    return ClaimingProgram.start(location, "train", lease, environment);
  }

  private CheckpointManager manager() {
    S3CheckpointStore store =
        S3CheckpointStore.builder()
            .client(server.client())
            .bucket(server.bucket())
            .prefix("p")
            .build();
    return CheckpointManager.builder().store(store).open();
  }

  @Test
  void holderStoppedBeyondItsLease_isInvalidWhenItGoesOn_andSavesNothing() throws Exception {
    try (ChildJvm stopped = start(SHORT, Map.of());
        CheckpointManager checkpoints = manager()) {
      stopped.signal("STOP");
      StageResult result = checkpoints.stage("train", StageOptions.exclusive(SHORT), context -> {});
      stopped.signal("CONT");

      assertThat(stopped.ask("valid")).isEqualTo("false");
      assertThat(stopped.ask("complete")).isEqualTo("lost");
      assertThat(result.checkpoint().orElseThrow().attempt()).hasValue(2);
      assertThat(checkpoints.get("train").orElseThrow().writeId())
          .isEqualTo(result.checkpoint().orElseThrow().writeId());
    }
  }

  /** As after the suspension of a machine, in which the monotonic clock stands still. */
  @Test
  void wallClockThatJumpsAhead_makesTheClaimInvalid_untilItIsRenewed() throws Exception {
    FakeClock clock = FakeClock.in(directory.resolve("clock"), "-1h");
    try (ChildJvm holder = start(Duration.ofMinutes(10), clock.environment())) {
      assertThat(holder.ask("valid")).isEqualTo("true");

      clock.set("+1h");
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (holder.ask("valid").equals("true")) {
        assertThat(System.nanoTime()).as("the jump is seen").isLessThan(end);
        Thread.sleep(50);
      }

      assertThat(holder.ask("renew")).isEqualTo("renewed");
      assertThat(holder.ask("valid")).isEqualTo("true");
      assertThat(holder.ask("complete")).isEqualTo("SAVED");
    }
  }

  /** Its timestamps are an hour off, and no worker takes the claim for younger or older. */
  @ParameterizedTest
  @ValueSource(strings = {"+1h", "-1h"})
  void holderWhoseClockIsFarOff_isRespected(String offset) throws Exception {
    FakeClock clock = FakeClock.in(directory.resolve("clock"), offset);
    try (ChildJvm holder = start(Duration.ofMinutes(10), clock.environment());
        CheckpointManager checkpoints = manager()) {
      ClaimResult other = checkpoints.claim("train", ClaimOptions.lease(SHORT));

      assertThat(other).isInstanceOf(ClaimResult.Busy.class);
      assertThat(((ClaimResult.Busy) other).remaining().orElseThrow())
          .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(11));
      assertThat(holder.ask("valid")).isEqualTo("true");
      assertThat(holder.ask("complete")).isEqualTo("SAVED");
      assertThat(
              Duration.between(
                      checkpoints.get("train").orElseThrow().storedAt(),
                      checkpoints.get("train").orElseThrow().completedAt())
                  .abs())
          .as("its clock was off")
          .isGreaterThan(Duration.ofMinutes(30));
    }
  }
}
