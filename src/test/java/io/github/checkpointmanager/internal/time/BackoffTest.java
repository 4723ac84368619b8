package io.github.checkpointmanager.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.testing.ManualTime;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final ManualTime.Machine machine = new ManualTime().machine();
  private final Backoff backoff = new Backoff(machine);

  @Test
  void pause_whenInterrupted_saysThatTheOutcomeIsUnknown_andSetsTheFlagAgain() {
    machine.meanwhile(() -> Thread.currentThread().interrupt());
    try {
      assertThatThrownBy(() -> backoff.pause("train.checkpoint"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OUTCOME_UNKNOWN))
          .hasMessageContaining("train.checkpoint")
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
    }
  }

  @Test
  void pauses_areBoundedInNumberAndLength() {
    while (backoff.remain()) {
      backoff.pause("train.checkpoint");
    }

    assertThat(machine.sleeps()).hasSize(Backoff.LIMIT).isSorted();
  }
}
