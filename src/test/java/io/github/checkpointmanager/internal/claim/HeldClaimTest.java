package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.KEY;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.LEASE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.MARGIN;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.TERMS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.Records;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a holder may rest on, and for how long. */
class HeldClaimTest {
  private final ClaimWorld world = new ClaimWorld(new TreeMap<>());

  /** A claim whose renewals take this long to be answered. */
  private HeldClaim claimWithSlowReplies(Duration duration) {
    var slow =
        new ForwardingStore(world.memory) {
          @Override
          public WriteResult replace(String key, byte[] content, Version expected) {
            WriteResult result = super.replace(key, content, expected);
            world.time.pass(duration);
            return result;
          }
        };
    return world.take(world.protocol(slow, "ours"));
  }

  @Test
  void aLease_countsFromBeforeTheRenewalWasSent() {
    HeldClaim claim = claimWithSlowReplies(Duration.ofSeconds(10));

    assertThat(claim.renew()).isTrue();

    assertThat(claim.remaining()).isEqualTo(LEASE.minusSeconds(10));
  }

  @Test
  void aReplyAfterTheLeasesEnd_isLoss() {
    HeldClaim claim = claimWithSlowReplies(LEASE.minusSeconds(10));
    world.time.pass(Duration.ofSeconds(10));

    assertThat(claim.renew()).isFalse();
    assertThat(claim.isValid()).isFalse();
    assertThat(claim.renew()).as("lost permanently").isFalse();
  }

  @Test
  void anUnrenewedClaim_isLostAtTheEndOfItsLease_thoughNobodyTookIt() {
    HeldClaim claim = world.ourClaim();
    world.time.pass(LEASE.minusSeconds(20).minusNanos(1));
    assertThat(claim.isValid()).isTrue();

    world.time.pass(Duration.ofNanos(1));

    assertThat(claim.isValid()).isFalse();
    assertThat(claim.renew()).isFalse();
    assertThat(claim.fail("late")).isFalse();
    assertThat(world.store.calls()).as("nothing is even sent").isEmpty();
  }

  @Test
  void aSuspendedMachine_trustsNothingUntilARenewalSucceeds() {
    HeldClaim claim = world.ourClaim();
    world.machine.suspend(MARGIN.plusSeconds(1));

    assertThat(claim.isValid()).isFalse();
    assertThat(claim.isHeld()).as("it may be healed").isTrue();
    assertThat(claim.renew()).isTrue();
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void aRenewalThatFails_healsNoSuspension() {
    HeldClaim claim = world.ourClaim();
    world.machine.suspend(MARGIN.plusSeconds(1));
    world.store.failAt(0, Fault.FAIL_BEFORE);

    assertThatThrownBy(claim::renew).isInstanceOf(StoreException.class);
    assertThat(claim.isValid()).isFalse();
  }

  @Test
  void aMachineSuspendedBeyondItsLease_findsItsSuccessor() {
    HeldClaim claim = world.ourClaim();
    world.machine.suspend(LEASE.plus(MARGIN).plusNanos(1));
    HeldClaim successor = world.take(world.theirs);

    assertThat(claim.isValid()).isFalse();
    assertThat(claim.renew()).isFalse();
    assertThat(claim.isRemoved()).isFalse();
    assertThat(successor.renew()).isTrue();
  }

  @Test
  void aClaimWhoseSuccessorWasReleased_isNotTakenAway() {
    HeldClaim claim = world.ourClaim();
    world.machine.suspend(LEASE.plus(MARGIN).plusNanos(1));
    assertThat(world.take(world.theirs).release(Optional.empty())).isTrue();

    assertThat(claim.renew()).isFalse();
    assertThat(claim.isRemoved()).isFalse();
  }

  @Test
  void aClaimOfAnotherFormatInItsPlace_isNotTakenAway() {
    HeldClaim claim = world.ourClaim();
    Version version = world.memory.read(KEY).orElseThrow().version();
    world.memory.replace(KEY, "RUNNING\nFormat: 9\n".getBytes(UTF_8), version);

    assertThat(claim.renew()).isFalse();
    assertThat(claim.isRemoved()).isFalse();
  }

  @Test
  void aWallClockSetForward_onlyShortensTrust_andSetBackChangesNothing() {
    HeldClaim claim = world.ourClaim();
    world.machine.stepWall(MARGIN);
    assertThat(claim.isValid()).as("within the margin").isTrue();
    world.machine.stepWall(Duration.ofSeconds(1));
    assertThat(claim.isValid()).isFalse();
    world.machine.stepWall(Duration.ofHours(-1));
    assertThat(claim.isValid()).isTrue();

    world.time.pass(LEASE);
    assertThat(claim.isValid()).as("no clock prolongs it").isFalse();
  }

  @Test
  void aDeletedClaim_isLost_andNeverCreatedAgain() {
    HeldClaim claim = world.ourClaim();
    world.memory.delete(Deletion.ofEach(KEY));

    assertThat(claim.renew()).isFalse();
    assertThat(claim.fail("late")).isFalse();
    assertThat(claim.isValid()).isFalse();
    assertThat(claim.isRemoved()).isTrue();
    assertThat(world.memory.read(KEY)).isEmpty();
  }

  @Test
  void aRenewalBehindALostReply_isFoundByTheNext() {
    HeldClaim claim = world.ourClaim();
    world.store.failAt(0, Fault.LOSE_REPLY).failAt(1, Fault.FAIL_BEFORE);
    assertThatThrownBy(claim::renew).isInstanceOf(StoreException.class);
    assertThat(world.isUnchanged()).as("it landed").isFalse();

    assertThat(claim.renew()).isTrue();
    assertThat(claim.remaining()).isEqualTo(LEASE);
  }

  @Test
  void anothersWriteUnderTheSameOwner_isNotTakenForOnesOwn() {
    HeldClaim claim = world.ourClaim();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.STAGE, STAGE);
    headers.put(Header.OWNER, world.visible().orElseThrow().owner());
    headers.put(Header.ATTEMPT, "1");
    headers.put(Header.LEASE, "PT1M");
    Records.put(world.memory, KEY, Records.encoded(State.RUNNING, headers, Optional.empty()));

    assertThat(claim.renew()).as("a clone of this process renewed it").isFalse();
  }

  @Test
  void aClaimThatANewerVersionTookOver_isLost_andNoError() {
    HeldClaim claim = world.ourClaim();
    Records.put(world.memory, KEY, "RUNNING\nFormat: 9\n".getBytes(UTF_8));

    assertThat(claim.renew()).isFalse();
    assertThat(claim.isValid()).isFalse();
  }

  @Test
  void aShorterLease_isTrustedFromTheMomentItIsSent() {
    HeldClaim claim = world.ourClaim();
    world.store.failAt(0, Fault.LOSE_REPLY).failAt(1, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> claim.renew(Duration.ofSeconds(6))).isInstanceOf(StoreException.class);

    assertThat(claim.remaining()).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void theFirstRenewal_writesTheToken() {
    HeldClaim claim = world.ourClaim();
    assertThat(world.visible().orElseThrow().token()).isEmpty();

    assertThat(claim.renew()).isTrue();

    assertThat(world.visible().orElseThrow().token()).hasValue(claim.fencingToken());
  }

  @Test
  void progress_isWrittenWithTheNextRenewal_andClippedIfLong() {
    HeldClaim claim = world.ourClaim();
    claim.progress("12 of 60 files\nand counting");
    assertThat(claim.renew()).isTrue();
    assertThat(world.visible().orElseThrow().note()).hasValue("12 of 60 files\nand counting");

    claim.progress("\uD83D\uDE00".repeat(100_000));
    assertThat(claim.renew()).as("a long text costs no claim").isTrue();
    assertThat(world.visible().orElseThrow().note().orElseThrow()).hasSizeLessThan(3_000);
  }

  @Test
  void aLongFailure_isRecordedByItsBeginning() {
    HeldClaim claim = world.ourClaim();

    assertThat(claim.fail("x".repeat(1_000_000))).isTrue();

    assertThat(world.visible().orElseThrow().note().orElseThrow()).startsWith("xxx").endsWith("…");
    assertThat(world.theirs.acquire(STAGE, TERMS, world.watch()))
        .isInstanceOf(ClaimAttempt.Held.class);
  }

  @Test
  void aFailureWhoseWriteFailed_isNotTurnedIntoARelease() {
    HeldClaim claim = world.ourClaim();
    world.store.failAt(0, Fault.LOSE_REQUEST);
    assertThatThrownBy(() -> claim.fail("it broke")).isInstanceOf(StoreException.class);

    assertThat(claim.release(Optional.empty())).isTrue();

    assertThat(world.isOursVisible(State.FAILED)).isTrue();
    assertThat(world.visible().orElseThrow().failures()).isEqualTo(1);
  }

  /**
   * A renewal that hangs in the store, on a thread of its own; the claim, after the test's part.
   */
  private HeldClaim besideAHungRenewal(HangingStore.Place place, Consumer<HeldClaim> meanwhile)
      throws Exception {
    try (var hanging = new HangingStore(world.memory, KEY, place)) {
      HeldClaim claim = world.take(world.protocol(hanging, "ours"));
      var renewal = CompletableFuture.supplyAsync(claim::renew);
      hanging.awaitHang();
      meanwhile.accept(claim);
      hanging.letGo();
      boolean renewed = renewal.get(60, TimeUnit.SECONDS);
      assertThat(renewed).as("what it says of the claim is true").isEqualTo(claim.isHeld());
      return claim;
    }
  }

  @ParameterizedTest
  @EnumSource(HangingStore.Place.class)
  void aRenewalThatHangs_keepsNoEndFromTheStore_andUndoesNone(HangingStore.Place place)
      throws Exception {
    HeldClaim claim = besideAHungRenewal(place, held -> assertThat(held.fail("it broke")).isTrue());

    assertThat(claim.isEnded()).isTrue();
    assertThat(world.isOursVisible(State.FAILED)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(HangingStore.Place.class)
  void aRenewalThatHangs_isNoLoss_whenALaterOneLanded(HangingStore.Place place) throws Exception {
    HeldClaim claim =
        besideAHungRenewal(
            place,
            held -> {
              world.time.pass(Duration.ofSeconds(20));
              assertThat(held.renew()).isTrue();
              assertThat(held.renew()).isTrue();
            });

    assertThat(claim.isValid()).isTrue();
    assertThat(claim.remaining()).as("of the later one").isEqualTo(LEASE);
    assertThat(claim.renew()).as("its own version is known").isTrue();
  }

  @ParameterizedTest
  @EnumSource(HangingStore.Place.class)
  void aRenewalThatIsAnsweredLate_counts_fromBeforeItWasSent(HangingStore.Place place)
      throws Exception {
    HeldClaim claim = besideAHungRenewal(place, held -> world.time.pass(LEASE.minusSeconds(10)));

    assertThat(claim.remaining()).isEqualTo(Duration.ofSeconds(10));
    assertThat(claim.renew()).isTrue();
  }

  @Test
  void aRenewalThatIsAnsweredLate_isTrustedNoLongerThanALaterOneAsksFor() throws Exception {
    try (var hanging = new HangingStore(world.store, KEY, HangingStore.Place.AFTER_IT_LANDED)) {
      HeldClaim claim = world.take(world.protocol(hanging, "ours"));
      world.store.reset();
      world.store.failAt(1, Fault.LOSE_REQUEST).failAt(2, Fault.FAIL_BEFORE);
      var renewal = CompletableFuture.supplyAsync(claim::renew);
      hanging.awaitHang();
      assertThatThrownBy(() -> claim.renew(Duration.ofSeconds(6)))
          .as("it may land at any moment")
          .isInstanceOf(StoreException.class);

      hanging.letGo();

      assertThat(renewal.get(60, TimeUnit.SECONDS)).isTrue();
      assertThat(claim.remaining()).isEqualTo(Duration.ofSeconds(6));
    }
  }

  @Test
  void aRenewalThatHangsUntilAnotherTookOver_isLoss() throws Exception {
    HeldClaim claim =
        besideAHungRenewal(
            HangingStore.Place.BEFORE_IT_LANDS,
            held -> {
              world.time.pass(LEASE.plus(MARGIN).plusNanos(1));
              world.take(world.theirs);
            });

    assertThat(claim.isHeld()).isFalse();
    assertThat(claim.renew()).isFalse();
    assertThat(world.isOursVisible(State.RUNNING)).isFalse();
  }
}
