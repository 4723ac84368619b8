package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.S3Scene;
import io.github.checkpointmanager.testing.WireFault;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy or a front end before S3 that sets {@code Date} by a clock of its own. */
@Tag("s3")
class StoreTimeTest {
  private static final ClaimOptions LEASE = ClaimOptions.lease(Duration.ofMinutes(1));

  @RegisterExtension final S3Scene s3 = new S3Scene();

  /** A worker beside the proxy. */
  private final CheckpointManager beside =
      CheckpointManager.builder()
          .store(
              S3CheckpointStore.builder()
                  .client(LocalStack.client())
                  .bucket(s3.bucket())
                  .prefix("p")
                  .build())
          .open();

  private static WireFault twoHoursAhead() {
    return WireFault.rewrite(
        reply -> {
          Instant ahead = Instant.now().plus(Duration.ofHours(2));
          return reply.withHeader(
              "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ahead.atZone(ZoneOffset.UTC)));
        });
  }

  private static boolean isClaimRead(ProxiedRequest request) {
    return request.operation() == ProxiedRequest.Operation.GET && request.key().equals("p/s.claim");
  }

  private static Claim held(CheckpointManager worker, String stage) {
    ClaimResult result = worker.claim(stage, LEASE);
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }

  @Test
  void beforeTheProbe_noTimeOfTheStoreIsKnown() {
    CheckpointStore store = s3.store(s3.client(HttpStack.URL_CONNECTION));
    beside.save("s");

    assertThat(store.read("s.checkpoint").flatMap(StoredObject::age)).isEmpty();
    assertThat(store.list("").iterator().next().storeTime()).isEmpty();
    store.prepare();
    assertThat(store.read("s.checkpoint").flatMap(StoredObject::age)).isPresent();
    assertThat(store.list("").iterator().next().storeTime()).isPresent();
  }

  @Test
  void aProxyWithAClockAhead_makesNoLiveClaimLate_inAFreshProcess() {
    s3.proxy().when(request -> true).then(twoHoursAhead());
    try (Claim claim = held(beside, "s")) {
      CheckpointManager behind = s3.manager(HttpStack.URL_CONNECTION);

      assertThat(behind.status()).extracting(StageStatus::state).containsOnly(StageState.RUNNING);
      assertThatThrownBy(() -> behind.clear(List.of("s"))).isInstanceOf(StageBusyException.class);
      assertThatThrownBy(behind::clear).isInstanceOf(StageBusyException.class);
      assertThat(behind.claim("s", LEASE)).isInstanceOf(ClaimResult.Busy.class);
      assertThat(claim.isValid()).isTrue();
    }
  }

  @Test
  void oneFrontEndWithAClockAhead_givesNoSecondClaim() {
    CheckpointManager worker = s3.manager(HttpStack.URL_CONNECTION);
    held(worker, "other").release(); // its probe saw a clock that is right
    s3.proxy().when(StoreTimeTest::isClaimRead).then(twoHoursAhead());
    try (Claim claim = held(beside, "s")) {
      assertThat(worker.claim("s", LEASE)).isInstanceOf(ClaimResult.Busy.class);
      assertThat(claim.isValid()).isTrue();
    }
  }

  @Test
  void aReplyThatDisagreed_makesTheStoresTimeUnknown_fromThenOn() {
    CheckpointStore store = s3.store(s3.client(HttpStack.URL_CONNECTION));
    store.create("s.claim", "x".getBytes(UTF_8));
    assertThat(store.read("s.claim").flatMap(StoredObject::age)).isPresent();
    s3.proxy().when(StoreTimeTest::isClaimRead).times(1).then(twoHoursAhead());

    assertThat(store.read("s.claim").flatMap(StoredObject::age)).isEmpty();
    assertThat(store.read("s.claim").flatMap(StoredObject::age))
        .as("the next may be wrong again")
        .isEmpty();
  }
}
