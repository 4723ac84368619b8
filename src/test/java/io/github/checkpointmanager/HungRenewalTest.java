package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.S3Scene;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One renewal on the wire that is never answered, with each of the SDK's HTTP clients. */
@Tag("s3")
class HungRenewalTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final FaultProxy proxy = s3.proxy();

  private static boolean isPutOf(String stage, ProxiedRequest request) {
    return request.operation() == Operation.PUT && request.key().equals("p/" + stage + ".claim");
  }

  private long answeredPutsOf(String stage) {
    return proxy.exchanges().stream()
        .filter(exchange -> isPutOf(stage, exchange.request()))
        .filter(exchange -> exchange.clientStatus().equals(OptionalInt.of(200)))
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void aRenewalThatIsNeverAnswered_costsNoClaim(HttpStack http) throws Exception {
    var hangs = new CountDownLatch(1);
    var testIsOver = new CountDownLatch(1);
    var losses = new AtomicInteger();
    ClaimOptions options = ClaimOptions.lease(LEASE).onLost(losses::incrementAndGet);
    try (CheckpointManager checkpoints = s3.manager(http);
        Claim slow = claim(checkpoints, "slow", options);
        Claim fast = claim(checkpoints, "fast", options)) {
      proxy
          .when(request -> isPutOf("slow", request))
          .times(1)
          .then(
              exchange -> {
                hangs.countDown();
                testIsOver.await();
                exchange.hangUp();
              });
      long before = answeredPutsOf("slow");
      assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();

      while (losses.get() == 0 && answeredPutsOf("slow") < before + 2) {
        Thread.sleep(100);
      }

      assertThat(losses).as("its lease would have run out").hasValue(0);
      assertThat(slow.isValid()).isTrue();
      assertThat(fast.isValid()).isTrue();
      slow.release();
      assertThat(checkpoints.claim("slow", options)).isInstanceOf(ClaimResult.Held.class);
    } finally {
      testIsOver.countDown();
    }
  }

  private static Claim claim(CheckpointManager checkpoints, String stage, ClaimOptions options) {
    ClaimResult result = checkpoints.claim(stage, options);
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }
}
