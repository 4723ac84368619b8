package io.github.checkpointmanager.internal.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.ManualTime;
import org.junit.jupiter.api.Test;

class ResendsTest {
  private final ManualTime.Machine machine = new ManualTime().machine();
  private final Resends resends = new Resends(new MemoryStore(), machine, "train.checkpoint");

  @Test
  void pause_whenInterrupted_saysThatTheOutcomeIsUnknown_andSetsTheFlagAgain() {
    machine.meanwhile(() -> Thread.currentThread().interrupt());
    try {
      assertThatThrownBy(() -> resends.pause())
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
    assertThatThrownBy(
            () -> {
              while (true) {
                resends.pause();
              }
            })
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));

    assertThat(machine.sleeps()).hasSize(Backoff.RESEND.tries()).isSorted();
  }
}
