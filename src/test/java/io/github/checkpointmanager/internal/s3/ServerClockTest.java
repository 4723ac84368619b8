package io.github.checkpointmanager.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Which replies of an endpoint agree on one clock. */
class ServerClockTest {
  private final ManualTime time = new ManualTime();
  private final ManualTime.Machine machine = time.machine();
  private final ServerClock clock = new ServerClock(machine);

  /** A reply that was made just now, by a clock that is so far ahead. */
  private boolean reply(Duration ahead) {
    return reply(ahead, Duration.ZERO);
  }

  /** A reply that took so long to come after it was made. */
  private boolean reply(Duration ahead, Duration onItsWay) {
    long sent = machine.nanoTime();
    Instant date = time.instant().plus(ahead).truncatedTo(ChronoUnit.SECONDS);
    time.pass(onItsWay);
    return clock.agrees(date, sent);
  }

  @Test
  void wholeSeconds_andSlowReplies_areNoDisagreement() {
    for (int i = 0; i < 200; i++) {
      assertThat(reply(Duration.ZERO, Duration.ofMillis(37L * (i % 300)))).isTrue();
      time.pass(Duration.ofMillis(613));
    }
  }

  @Test
  void aReplyByAnotherClock_isADisagreement_forGood() {
    assertThat(reply(Duration.ZERO)).isTrue();
    assertThat(reply(Duration.ofSeconds(3))).isFalse();
    assertThat(reply(Duration.ZERO)).isFalse();
    time.pass(Duration.ofHours(1));
    assertThat(reply(Duration.ZERO)).isFalse();
  }

  @Test
  void aClockThatIsBehind_isADisagreement_too() {
    assertThat(reply(Duration.ZERO)).isTrue();
    assertThat(reply(Duration.ofSeconds(-3))).isFalse();
  }

  @Test
  void aSuspendedMachine_isNoDisagreement_norAWallClockThatIsSet() {
    assertThat(reply(Duration.ZERO)).isTrue();
    machine.suspend(Duration.ofHours(8));
    assertThat(reply(Duration.ZERO)).isTrue();
    machine.stepWall(Duration.ofHours(-2));
    assertThat(reply(Duration.ZERO)).isTrue();
    assertThat(reply(Duration.ofHours(2))).as("a front end of its own all the same").isFalse();
  }

  @Test
  void clocksThatDrift_areNoDisagreement() {
    for (int hour = 0; hour < 48; hour++) {
      assertThat(reply(Duration.ofMillis(hour * 700L))).as("hour %s", hour).isTrue();
      time.pass(Duration.ofHours(1));
    }
  }
}
