package io.github.checkpointmanager.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.process.LeaseWatchdog.TerminationSchedule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shares of the lease, as {@code docs/CLI.md} tells them. */
class TerminationScheduleTest {
  @ParameterizedTest
  @CsvSource({"PT5S,PT1.25S,PT0.5S", "PT10S,PT2.5S,PT1S", "PT60S,PT14S,PT5S", "PT1H,PT15S,PT5S"})
  void term_comesAtAQuarterAndKillAtATenth(Duration lease, Duration term, Duration kill) {
    TerminationSchedule plan = new TerminationSchedule(lease);

    assertThat(plan.isDue(term.plusMillis(1))).isFalse();
    assertThat(plan.isDue(term)).isTrue();
    assertThat(plan.reserve()).isEqualTo(kill);
    assertThat(plan.graceLeft(term, Duration.ZERO)).isEqualTo(term.minus(kill));
    assertThat(plan.graceLeft(kill, Duration.ZERO)).isZero();
  }

  /** However late TERM was, and also when renewals succeed again meanwhile. */
  @Test
  void grace_endsWithTheReserveOrWithItsOwnTime_whicheverIsFirst() {
    TerminationSchedule plan = new TerminationSchedule(Duration.ofSeconds(60));

    assertThat(plan.graceLeft(Duration.ofSeconds(8), Duration.ZERO)).hasSeconds(3);
    assertThat(plan.graceLeft(Duration.ofSeconds(60), Duration.ofSeconds(4))).hasSeconds(5);
    assertThat(plan.graceLeft(Duration.ofSeconds(60), Duration.ofSeconds(9))).isZero();
    assertThat(plan.graceLeft(Duration.ofSeconds(-5), Duration.ZERO)).isNegative();
  }

  /** Renewals come every third of the lease, and a failed one is tried again after a twelfth. */
  @ParameterizedTest
  @ValueSource(longs = {5, 10, 60, 3600, 86_400})
  void term_comesAfterThreeRenewalsThatFailedAtOnce(long seconds) {
    Duration lease = Duration.ofSeconds(seconds);
    Duration third = lease.dividedBy(3);
    Duration afterThree = third.plus(third.dividedBy(4).multipliedBy(2));

    assertThat(new TerminationSchedule(lease).isDue(lease.minus(afterThree))).isFalse();
  }
}
