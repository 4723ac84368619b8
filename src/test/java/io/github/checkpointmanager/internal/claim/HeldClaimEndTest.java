package io.github.checkpointmanager.internal.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.save.Impatient;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Found by the explorer, too: a claim whose end had landed still called itself valid while the
 * reply was under way, and for the rest of its lease when the reply was lost. Another worker may
 * take the stage as soon as the end is in the store.
 */
class HeldClaimEndTest {
  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = FaultyStore.around(memory);

  private static HeldClaim claim(CheckpointStore store) {
    Worker worker = new Worker("alice", "w7", "1");
    ClaimTerms terms = ClaimTerms.of(Duration.ofSeconds(5), 0, Duration.ZERO, Duration.ZERO);
    ClaimAttempt attempt =
        new ClaimProtocol(
                store, Impatient.TIMING, Clock.systemUTC(), worker, LocalProcesses.unknown())
            .acquire("train", terms, new ClaimWatch(Impatient.TIMING));
    return ((ClaimAttempt.Held) attempt).claim();
  }

  @Test
  void fail_whenItLandedAndNothingIsHeardOfIt_leavesNoValidClaimBesideTheSuccessors() {
    HeldClaim claim = claim(store);
    store.failWhen(call -> call.operation() == Operation.REPLACE, Fault.LOSE_REPLY);
    store.failWhen(call -> call.operation() == Operation.READ_HEAD, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> claim.fail("the task failed")).isInstanceOf(StoreException.class);

    assertThat(claim(memory).isValid()).isTrue();
    assertThat(claim.isValid()).isFalse();
  }

  @Test
  void release_whileItsReplyIsUnderWay_isNoValidClaimAnyMore() {
    HeldClaim claim = claim(store);
    List<Boolean> during = new ArrayList<>();
    store.before(store.callCount(), () -> during.add(claim.isValid()));

    assertThat(claim.release(Optional.empty())).isTrue();

    assertThat(during).containsExactly(false);
  }
}
